"""The reference server: a real, conforming implementation of the contract, and the defects that break it on purpose.

``app`` gives it as an ASGI application, ``running`` puts one on a port for as long as a block lasts. Both need the extra
``contract-kit[server]``; the list of defects does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from importlib import import_module
from typing import TYPE_CHECKING, Any

from contract_kit.contract import Contract
from contract_kit.errors import ContractKitError
from contract_kit.server.settings import MAX_BODY, MEMORY, Settings, latency_of, rate_of

if TYPE_CHECKING:
    import socket

    from starlette.applications import Starlette

__all__ = ["Settings", "app", "latency_of", "open_port", "rate_of", "running", "serve"]

_EXTRA = 'pip install "contract-kit[server]"'


def app(
    contract: Contract | None = None,
    *,
    db: str = MEMORY,
    basic: Sequence[str] = (),
    tokens: Sequence[str] = (),
    read_only: Sequence[str] = (),
    expired: Sequence[str] = (),
    rate_limit: str | None = None,
    latency: tuple[float, float] = (0.0, 0.0),
    fail_rate: float = 0.0,
    seed: int | None = None,
    max_body: int = MAX_BODY,
    defects: Iterable[str] = (),
) -> Starlette:
    """The reference server as an ASGI application, for the bundled contract or one ``for_org``.

    ``db`` is a file or ``:memory:``; ``basic`` and ``read_only`` hold ``USER:PASS``, ``tokens`` and ``expired`` OAuth tokens
    (see ``Settings``); ``rate_limit`` is ``100/m``, ``region`` or nothing, ``latency`` a range in seconds, ``fail_rate`` a
    share; ``defects`` are names from ``contract_kit.server.defects``. Raises ``UsageError`` for settings that make no
    sense, ``InputError`` for a database that is none.
    """
    contract = contract if contract is not None else Contract.bundled()
    settings = Settings(
        db,
        tuple(basic),
        tuple(tokens),
        tuple(read_only),
        tuple(expired),
        rate_of(rate_limit, contract),
        latency,
        fail_rate,
        seed,
        max_body,
    )
    from contract_kit.server.defects import behaviour

    names = tuple(dict.fromkeys(defects))
    kind = behaviour(names)
    application: Starlette = _room("asgi").application(contract, kind(contract, settings), names)
    return application


def running(app: Starlette, *, host: str = "127.0.0.1", port: int = 0) -> AbstractContextManager[str]:
    """Run an application, in a thread of its own, for as long as a ``with`` block lasts; gives the base URL, the part
    before ``/customers``. What is registered is kept until the application itself is gone."""
    block: AbstractContextManager[str] = _room("ports").running(app, host=host, port=port)
    return block


def open_port(host: str, port: int) -> AbstractContextManager[tuple[socket.socket, str]]:
    """A listening socket for ``serve``, and its base URL. Raises ``ContractKitError`` where there is none to be had."""
    block: AbstractContextManager[tuple[socket.socket, str]] = _room("ports").open_port(host, port)
    return block


def serve(app: Starlette, listener: socket.socket) -> None:
    """Run an application in the main thread until SIGINT or SIGTERM comes; requests under way are finished first."""
    _room("ports").serve(app, listener)


def _room(name: str) -> Any:
    """A room that needs the extra."""
    try:
        return import_module(f"contract_kit.server.{name}")
    except ModuleNotFoundError as error:
        package = (error.name or "more").partition(".")[0]
        said = f"the server needs {package}, which is not installed"
        raise ContractKitError(said, hint=_EXTRA) from None
