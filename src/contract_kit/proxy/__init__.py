"""A validating reverse proxy: client and server talk through it, and what either does wrong is on record, with who it was.

``running`` puts one on a port for as long as a block lasts. Needs the extra ``contract-kit[proxy]``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

from contract_kit.contract import Contract
from contract_kit.errors import ContractKitError
from contract_kit.proxy.settings import LARGEST, Settings, Upstream, upstream_of

if TYPE_CHECKING:
    import socket

    from contract_kit.proxy.asgi import Application, Told

__all__ = ["LARGEST", "Settings", "Upstream", "open_port", "proxy", "running", "serve", "upstream_of"]

_EXTRA = 'pip install "contract-kit[proxy]"'
_MANNER: dict[str, Any] = {"lifespan": "on", "date_header": False, "log_level": "critical"}


@contextmanager
def proxy(settings: Settings, contract: Contract | None = None, told: Told | None = None) -> Iterator[Application]:
    """A proxy as an ASGI application, for as long as a block lasts; its recording is closed at the end. ``told`` is called
    for each judged exchange. Raises ``InputError`` for a recording that cannot be written."""
    from contract_kit import __version__

    application: Callable[..., Application] = _room("asgi").Application
    contract = contract if contract is not None else Contract.bundled()
    recording = None
    if settings.record is not None:
        from contract_kit.proxy.masking import words_of
        from contract_kit.proxy.recording import Recording

        words = words_of(contract.org.to_mapping())
        recording = Recording(settings.record, __version__, keep_values=settings.keep_values, words=words)
    try:
        yield application(settings, contract, recording, told)
    finally:
        if recording is not None:
            recording.close()


def running(app: Application, *, host: str = "127.0.0.1", port: int = 0) -> AbstractContextManager[str]:
    """Run a proxy, in a thread of its own, for as long as a ``with`` block lasts; gives its URL, without a path."""
    block: AbstractContextManager[str] = _room(_PORTS).running(app, host=host, port=port, **_MANNER)
    return block


def open_port(host: str, port: int, path: str = "") -> AbstractContextManager[tuple[socket.socket, str]]:
    """A listening socket for ``serve``, and its URL. Raises ``ContractKitError`` where there is none to be had."""
    block: AbstractContextManager[tuple[socket.socket, str]] = _room(_PORTS).open_port(host, port, path)
    return block


def serve(app: Application, listener: socket.socket) -> None:
    """Run a proxy in the main thread until SIGINT or SIGTERM comes; requests under way are finished first."""
    _room(_PORTS).serve(app, listener, **_MANNER)


_PORTS = "contract_kit.listening"


def _room(name: str) -> Any:
    """A room that needs the extra."""
    try:
        return import_module(name if "." in name else f"contract_kit.proxy.{name}")
    except ModuleNotFoundError as error:
        package = (error.name or "more").partition(".")[0]
        said = f"the proxy needs {package}, which is not installed"
        raise ContractKitError(said, hint=_EXTRA) from None
