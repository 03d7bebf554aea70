"""``contract-kit proxy``: client and server talk through it, and every deviation of either is on record."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from contract_kit.cli.aiming import seconds
from contract_kit.cli.common import CLEAN, FOUND, TROUBLE, Commands, Parser, codes, complain, one_of
from contract_kit.cli.writing import hush
from contract_kit.errors import UsageError

if TYPE_CHECKING:
    from contract_kit.contract import Contract
    from contract_kit.proxy import Settings
    from contract_kit.proxy.asgi import Application, Told
    from contract_kit.proxy.recording import Passed

SEVERITIES = ("error", "warning", "info")
_DESCRIPTION = """\
A validating reverse proxy in front of UPSTREAM, the server's base: https://HOST/v2. Clients use the proxy's address in
place of that one; paths stay as they are.

Registrations are judged together with their answers, which get the header Contract-Kit-Findings. Each deviation is told
with who is wrong: the client, the server, or the document. All other requests stream through untouched.
"""
_EPILOG = """\
The recording is a HAR file of the registrations alone: contract-kit validate reads it. It never holds credentials, and
personal data only with --keep-values; else values of the same form stand in their place.

examples:
  contract-kit proxy https://HOST/v2 --org my-org.yaml --record traffic.har
  contract-kit proxy http://127.0.0.1:8080/v2 --port 8081 --block

It runs until Ctrl-C or SIGTERM, and then says what it has seen.
exit codes: 0 clean, 1 findings at or above --fail-on, 2 could not do its job
"""

COMMANDS: Commands = {}


def configure(parser: Parser) -> None:
    """Declare description and arguments."""
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG
    parser.usage = "%(prog)s UPSTREAM [options]"
    add = parser.add_argument
    add("upstream", metavar="UPSTREAM", help="the server's base, the part before /customers")
    add("--host", default="127.0.0.1", metavar="HOST", help="the address to listen on (default: 127.0.0.1)")
    add("--port", default="8081", metavar="PORT", help="the port; 0 takes a free one (default: 8081)")
    add("--org", metavar="FILE", help="the org profile: what this organisation has configured")
    add("--record", metavar="FILE", help="write the registrations there, as HAR; a recording that is there is gone on with")
    add("--keep-values", action="store_true", help="record bodies as they are; they hold personal data")
    add("--hold", action="store_true", help="hold what is registered, and tell where the server takes an identifier twice")
    add("--block", action="store_true", help="refuse wrong registrations, and do not send them on")
    add(
        "--fail-on",
        type=one_of(*SEVERITIES),
        default="error",
        metavar="SEVERITY",
        help=f"exit with 1, and --block, from this severity on: {', '.join(SEVERITIES)} (default: error)",
    )
    add("--ignore", action="append", default=[], metavar="CODE", help="do not report these rules; repeat it, or use commas")
    add("--strict", action="store_true", help="count all warnings as errors")
    add("--timeout", type=seconds, default=30.0, metavar="TIME", help="wait so long for the upstream (default: 30s)")
    add("--ca", metavar="FILE", help="trust the certificates in this file, too")
    add("--quiet", action="store_true", help="do not tell of each exchange")


def run(options: argparse.Namespace) -> int:
    """Stand between the two until a signal comes; then say what was seen, and by the exit code how it went."""
    from contract_kit import proxy
    from contract_kit.findings import Severity

    settings = _settings(options)
    told = None if options.quiet else _teller(sys.stdout)
    with (
        proxy.proxy(settings, _contract(options), told) as application,
        proxy.open_port(options.host, _port(options.port), settings.upstream.path) as (listener, url),
    ):
        there = settings.upstream.origin + settings.upstream.path
        print(f"contract-kit proxies {url} to {there}", flush=True)
        proxy.serve(application, listener)
    _sum_up(application)
    for trouble in application.troubles:
        complain(trouble)
    if application.troubles:
        return TROUBLE
    return FOUND if application.tally.fails(Severity(options.fail_on)) else CLEAN


def _settings(options: argparse.Namespace) -> Settings:
    from contract_kit.proxy import Settings, upstream_of

    if options.keep_values and options.record is None:
        raise UsageError("--keep-values: nothing is recorded", hint="Name a file with --record")
    return Settings(
        upstream_of(options.upstream),
        block=options.block,
        fail_on=options.fail_on,
        hold=options.hold,
        record=options.record,
        keep_values=options.keep_values,
        timeout=options.timeout,
        ca=options.ca,
    )


def _contract(options: argparse.Namespace) -> Contract:
    from contract_kit.contract import Contract

    return Contract.bundled().for_org(options.org).with_rules(ignore=codes(options.ignore), strict=options.strict)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= 65535):
        raise UsageError(f"--port: {text!r} is no port", hint="Ports run from 0, which takes a free one, to 65535")
    return int(text)


def _teller(stream: Any) -> Told:
    """What prints each exchange that is not clean."""
    from contract_kit.clients import told
    from contract_kit.reporters.words import marks, note, plain

    def tell(number: int, passed: Passed) -> None:
        verdict = passed.verdict
        if not verdict.findings and not passed.trouble:
            return
        said = "kept back" if passed.blocked else passed.trouble or told(verdict.result)
        lines = [f"exchange {number}: {said}"]
        for finding, who in verdict.findings:
            lines.append(f"  {finding.severity.value}: {plain(finding.location.expression)}: {plain(finding.message)}")
            lines[-1] += f" [{marks(finding)}; {who.phrase}]"
            lines.append(f"      {note(finding)}")
        try:
            print("\n".join(lines), file=stream, flush=True)
        except (OSError, ValueError):  # whoever read our output has seen enough; the traffic goes on
            hush()

    return tell


def _sum_up(application: Application) -> None:
    try:
        print("\n".join(application.tally.lines()), flush=True)
    except (OSError, ValueError):
        hush()  # else what is left of it fails once more when the command ends, and changes the exit code
