"""``contract-kit serve``: the reference server, and on request a server that is wrong on purpose."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from contract_kit.cli.common import CLEAN, Commands, Parser
from contract_kit.errors import UsageError

if TYPE_CHECKING:
    from contract_kit.contract import Contract

_EPILOG = """\
Without --basic and --token any well-formed credentials will do; with one of them only those that are named. PASS is what
travels, which callers of the platform make the MD5 digest of the till's password.

Prefer: code=8006 or Prefer: status=429 in a request makes the server give that answer.

examples:
  contract-kit serve --org my-org.yaml
  contract-kit serve --port 0 --db customers.db --basic till.one:secret --rate-limit region
  contract-kit serve --defect duplicate-by-first-identifier
  contract-kit serve --latency 50..300 --fail-rate 0.05 --seed 1
"""

COMMANDS: Commands = {}


def configure(parser: Parser) -> None:
    """Declare description and arguments."""
    parser.description = (
        "Run a conforming server of the contract, with customers in SQLite; or one with defects of your choice."
    )
    parser.epilog = _EPILOG
    parser.add_argument("--org", metavar="FILE", help="the org profile that the server is configured by")
    parser.add_argument("--host", default="127.0.0.1", metavar="HOST", help="the address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", default="8080", metavar="PORT", help="the port; 0 takes a free one (default: 8080)")
    parser.add_argument(
        "--db", default=":memory:", metavar="FILE", help="keep customers in this file (default: in memory, until the end)"
    )
    for flag, word, help_ in (
        ("--basic", "USER:PASS", "let this user in (repeatable)"),
        ("--token", "TOKEN", "let this OAuth token in (repeatable)"),
        ("--read-only", "USER:PASS", "a user who may not write: 403 (repeatable)"),
        ("--expired-token", "TOKEN", "a token that has expired: 498 (repeatable)"),
        ("--defect", "NAME", "be wrong in this way (repeatable)"),
    ):
        parser.add_argument(flag, action="append", default=[], metavar=word, help=help_)
    parser.add_argument("--list-defects", action="store_true", help="list the defects, and end")
    parser.add_argument("--rate-limit", default="none", metavar="RATE", help="N/s, N/m, N/h, region, none (default: none)")
    parser.add_argument("--latency", default="0", metavar="MS", help="answer so late, MS or LEAST..MOST milliseconds")
    parser.add_argument("--fail-rate", default="0", metavar="P", help="let this share of requests fail: 503, 500, 429")
    parser.add_argument("--seed", metavar="N", help="make latency and failures repeatable")


def run(options: argparse.Namespace) -> int:
    """Serve until a signal comes; or list the defects."""
    if options.list_defects:
        from contract_kit.cli.writing import deliver

        deliver(table(), None, machine=False)
        return CLEAN
    from contract_kit.contract import Contract

    return _serve(options, Contract.bundled().for_org(options.org))


def table() -> str:
    """The defects with their areas and what they break, for a terminal."""
    from contract_kit.server.defects import ALL

    rows = [("name", "area", "breaks", "what is wrong")]
    for one in ALL:
        needs = f" (needs {', '.join(one.needs)} in the org profile)" if one.needs else ""
        rows.append((one.name, one.area, " ".join(one.facts), one.title + needs))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = ("  ".join((*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1])) for row in rows)
    return "\n".join(lines) + "\n"


def _serve(options: argparse.Namespace, contract: Contract) -> int:
    from contract_kit.server import app, latency_of, open_port, serve

    application = app(
        contract,
        db=options.db,
        basic=options.basic,
        tokens=options.token,
        read_only=options.read_only,
        expired=options.expired_token,
        rate_limit=options.rate_limit,
        latency=latency_of(options.latency),
        fail_rate=_number(options.fail_rate, "--fail-rate"),
        seed=None if options.seed is None else int(_number(options.seed, "--seed", whole=True)),
        defects=options.defect,
    )
    _warn_of_idle(options.defect, contract)
    port = int(_number(options.port, "--port", whole=True))
    with open_port(options.host, port) as (listener, url):
        print(f"contract-kit serves {url}", flush=True)
        serve(application, listener)
    return CLEAN


def _warn_of_idle(names: list[str], contract: Contract) -> None:
    """Say which defects change nothing under this org profile."""
    from contract_kit.server.defects import BY_NAME

    for name in names:
        lacking = [need for need in BY_NAME[name].needs if need not in contract.org.sections]
        if lacking:
            said = f"{name} shows only where the org profile has {', '.join(lacking)}"
            print(f"contract-kit: {said}", file=sys.stderr, flush=True)


def _number(text: str, option: str, *, whole: bool = False) -> float:
    try:
        number = int(text) if whole else float(text)
    except ValueError:
        raise UsageError(f"{option}: {text!r} is no {'whole ' if whole else ''}number") from None
    if option == "--port" and not 0 <= number <= 65535:
        raise UsageError(f"--port: {text} is no port", hint="ports run from 0, which takes a free one, to 65535")
    return number
