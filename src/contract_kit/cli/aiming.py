"""Which server is meant, and with whose credentials: what ``fuzz`` and ``replay`` ask alike."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from contract_kit.cli.common import Parser
from contract_kit.errors import UsageError

if TYPE_CHECKING:
    from contract_kit.contract import Contract
    from contract_kit.fuzz import Credentials

VARIABLES = {
    "basic": "CONTRACT_KIT_BASIC",
    "token": "CONTRACT_KIT_TOKEN",
    "read_only": "CONTRACT_KIT_READ_ONLY",
    "expired_token": "CONTRACT_KIT_EXPIRED_TOKEN",
}
"""Option -> the variable that is read where the option is not given."""
_LOOPBACK = ("localhost", "::1")


@dataclass(frozen=True, slots=True)
class Aim:
    """What is fuzzed: an address or an application (``target``), with the tester's ``credentials``. ``shared`` says that
    others may be using it, too; ``url`` is how reports name it."""

    target: Any
    credentials: Credentials
    shared: bool
    url: str


def add_aim(parser: Parser) -> None:
    """Declare the options that both commands have."""
    add = parser.add_argument
    add("--asgi", metavar="MODULE:APP", help="an ASGI or WSGI application, called in this process without a port")
    add("--org", metavar="FILE", help="the org profile: what this organisation has configured")
    add("--basic", metavar="USER:PASS", help="the tester's credentials (default: $CONTRACT_KIT_BASIC)")
    add("--token", metavar="TOKEN", help="the tester's OAuth token (default: $CONTRACT_KIT_TOKEN)")
    add("--read-only", metavar="USER:PASS", help="a user who may not write (default: $CONTRACT_KIT_READ_ONLY)")
    add("--expired-token", metavar="TOKEN", help="a token that has expired (default: $CONTRACT_KIT_EXPIRED_TOKEN)")
    add(
        "--rate",
        metavar="RATE",
        help="N/s, N/m, N/h, none, or auto: the limit of the org's region, the lowest of all where none is known "
        "(default: none for an address of this machine, else auto)",
    )
    add("--timeout", type=seconds, default=20.0, metavar="TIME", help="wait so long for an answer (default: 20s)")


def seconds(word: str) -> float:
    """A type of argument: ``90``, ``90s``, ``5m`` or ``1h``, as seconds."""
    units = {"s": 1.0, "m": 60.0, "h": 3600.0}
    number, unit = (word[:-1], units[word[-1]]) if word[-1:] in units else (word, 1.0)
    try:
        found = float(number) * unit
    except ValueError:
        found = 0.0
    if not 0 < found < 1e7:
        raise argparse.ArgumentTypeError(f"{word!r} is no time: write 90s, 5m or 1h")
    return found


def natural(word: str) -> int:
    """A type of argument: a whole number from 1 on."""
    if not (word.isascii() and word.isdigit() and 0 < int(word) < 10**9):
        raise argparse.ArgumentTypeError(f"{word!r} is no whole number from 1 on")
    return int(word)


def credentials(options: argparse.Namespace) -> Credentials:
    """The tester's credentials, from the options or else from the environment."""
    from contract_kit.fuzz import Credentials

    given = {name: getattr(options, name) or os.environ.get(variable) or None for name, variable in VARIABLES.items()}
    return Credentials(given["basic"], given["token"], given["read_only"], given["expired_token"])


def contract_for(options: argparse.Namespace) -> Contract:
    """The contract as the organisation has it."""
    from contract_kit.contract import Contract

    return Contract.bundled().for_org(options.org)


def is_loopback(url: str) -> bool:
    """Whether an address is one of this machine."""
    host = urlsplit(url if "://" in url else f"http://{url}").hostname or ""
    return host in _LOOPBACK or host.startswith("127.")


@contextmanager
def aim(options: argparse.Namespace, contract: Contract) -> Iterator[Aim]:
    """What is meant, for as long as a block lasts. Without address and application it is a reference server on a free
    port, with credentials of its own."""
    if options.url == "":
        raise UsageError("the address is empty", hint="Give the part before /customers: https://HOST/v2")
    if options.url is not None and options.asgi is not None:
        raise UsageError("both an address and --asgi are given", hint="Give one of them")
    if options.asgi is not None:
        from contract_kit.fuzz.targets import in_process

        here = str(Path.cwd())
        sys.path.insert(0, here)
        try:
            target = in_process(options.asgi, timeout=options.timeout)
            try:
                yield Aim(target, credentials(options), False, target.url)
            finally:
                target.close()
        finally:
            sys.path.remove(here)
    elif options.url is not None:
        url = options.url.rstrip("/").removesuffix("/customers")
        yield Aim(url, credentials(options), not is_loopback(url), url)
    else:
        from contract_kit.fuzz.selftest import SETTINGS, TESTERS
        from contract_kit.server import app, running

        application = app(contract, **SETTINGS)
        with running(application) as url:
            yield Aim(url, TESTERS, False, url)
