"""``contract-kit replay``: the findings of a report, tried once more."""

from __future__ import annotations

import argparse
import sys
from contextlib import nullcontext

from contract_kit.cli.aiming import add_aim, aim, contract_for
from contract_kit.cli.common import CLEAN, FOUND, INTERRUPTED, TROUBLE, Commands, Parser, complain
from contract_kit.cli.targets import add_targets, targets
from contract_kit.cli.writing import deliver
from contract_kit.errors import UsageError

FORMATS = ("text", "json")
_DESCRIPTION = """\
Try the findings of a report once more, with new identities, and say of each:

  FIXED       its requests are answered as they must be
  STILL       it is there as before
  OTHER       it is gone, but its requests show something else that is wrong
  NOT TESTED  its requests could not be sent, or the answer says nothing of the matter

REPORT is what contract-kit fuzz --format json has written; URL the server's base, the part before /customers.
"""
_EPILOG = """\
example:
  contract-kit replay report.json --only 35f21ec5e5f306b6 https://HOST/v2 --org my-org.yaml

exit codes: 0 all fixed, 1 some STILL or OTHER, 2 could not do its job (some were NOT TESTED), 130 interrupted
"""

COMMANDS: Commands = {}


def configure(parser: Parser) -> None:
    """Declare description and arguments."""
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG
    parser.usage = "%(prog)s REPORT [URL] [options]"
    add = parser.add_argument
    add("report", metavar="REPORT", help="the JSON report whose findings are tried")
    add("url", nargs="?", metavar="URL", help="the server's base, the part before /customers (or --asgi)")
    add("--only", action="append", default=[], metavar="FINGERPRINT", help="only this finding; repeat it")
    add_aim(parser)
    add("--created", metavar="FILE", help="list created customers there, or none (default: a new file for a shared server)")
    add_targets(parser, FORMATS)


def run(options: argparse.Namespace) -> int:
    """Replay, write the results, and say by the exit code how it went."""
    import json

    from contract_kit.cli.fuzz import terminable
    from contract_kit.fuzz import replaying
    from contract_kit.fuzz.created import CreatedFile, default_path
    from contract_kit.fuzz.engine import Engine, Settings

    if options.url is None and options.asgi is None:
        raise UsageError("no server is named", hint="Give its URL after the report, or --asgi MODULE:APP")
    past = replaying.read(options.report)
    if options.only:
        past = past.only(options.only)
    wanted = targets(options.targets)
    contract = contract_for(options)
    if past.org != contract.org.name:
        said = f"the report was made with {f'org profile {past.org}' if past.org else 'no org profile'}"
        print(f"contract-kit: {said}, this replay with {contract.org.name or 'none'}", file=sys.stderr)
    with terminable(), aim(options, contract) as aimed:
        rate = options.rate or ("auto" if aimed.shared else "none")
        settings = Settings(replaying.MOST_REQUESTS, rate=rate, timeout=options.timeout)
        name = options.created if options.created is not None else default_path() if aimed.shared else "none"
        with nullcontext() if name == "none" else CreatedFile(name, aimed.url, 0) as created:
            engine = Engine(aimed.target, contract, aimed.credentials, settings, exchanged=created)
            try:
                report = replaying.replay(past, engine.session)
            finally:
                engine.close()
    for target in wanted:
        data = target.format == "json"
        text = json.dumps(replaying.as_data(report), indent=2) if data else "\n".join(replaying.as_lines(report))
        deliver(text + "\n", target.output, machine=data)
    return _code(report)


def _code(report: object) -> int:
    from contract_kit.fuzz.replaying import ReplayReport, Result

    assert isinstance(report, ReplayReport)
    if report.interrupted:
        complain("interrupted: what was not tried is NOT TESTED")
        return INTERRUPTED
    if report.trouble:
        complain(report.trouble)
        return TROUBLE
    counts = report.counts
    if counts[Result.STILL] or counts[Result.OTHER]:
        return FOUND
    return TROUBLE if counts[Result.NOT_TESTED] else CLEAN
