"""The reference server on a port, under the path that comes before ``/customers``."""

from __future__ import annotations

import socket
from contextlib import AbstractContextManager

from starlette.applications import Starlette

from contract_kit import listening
from contract_kit.server.asgi import PREFIX

serve = listening.serve


def running(app: Starlette, *, host: str = "127.0.0.1", port: int = 0) -> AbstractContextManager[str]:
    """Run an application in a thread of its own for as long as the block lasts; gives the base URL, the part before
    ``/customers``. ``port`` 0 takes a free one."""
    return listening.running(app, host=host, port=port, path=PREFIX)


def open_port(host: str, port: int) -> AbstractContextManager[tuple[socket.socket, str]]:
    """A socket that takes connections, and the base URL under which it is reached from this machine. Raises
    ``ContractKitError`` where there is none to be had."""
    return listening.open_port(host, port, PREFIX)
