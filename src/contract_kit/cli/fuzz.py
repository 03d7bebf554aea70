"""``contract-kit fuzz``: a server in, findings out."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from contract_kit.cli.aiming import Aim, add_aim, aim, contract_for, natural, seconds
from contract_kit.cli.common import (
    CLEAN,
    FOUND,
    INTERRUPTED,
    TROUBLE,
    Commands,
    Parser,
    columns,
    complain,
    one_of,
    wants_color,
)
from contract_kit.cli.targets import Target, add_targets, targets
from contract_kit.cli.writing import check_output, deliver, write_whole
from contract_kit.errors import ContractKitError, UsageError

if TYPE_CHECKING:
    from contract_kit.contract import Contract
    from contract_kit.fuzz.engine import Engine
    from contract_kit.fuzz.output import Manner
    from contract_kit.fuzz.report import FuzzReport

FORMATS = ("text", "json", "junit", "sarif", "github", "gitlab", "markdown", "html")
SEVERITIES = ("error", "warning", "info")
SUITES = ("examples", "protocol", "rules", "state", "robustness", "schema")
_DESCRIPTION = """\
Find what is wrong with a server of the contract: every answer is judged against the contract, and against what the
request had to lead to.

URL is the server's base, the part before /customers: https://HOST/v2. Without it (and without --asgi) the kit's own
reference server is started on a free port and fuzzed.
"""
_EPILOG = """\
Of a server that others use, each customer that the run creates is written to a file as it comes (--created), so that a
tester can clean up.

examples:
  contract-kit fuzz
  CONTRACT_KIT_BASIC=till.one:secret contract-kit fuzz https://HOST/v2 --org my-org.yaml --max-requests 300
  contract-kit fuzz --asgi shop.api:app --format text --format json --output report.json

exit codes: 0 clean, 1 findings at or above --fail-on, 2 could not do its job (nothing could be tested, or the server
went away), 130 interrupted; the report then says what was done so far
"""

COMMANDS: Commands = {}


def configure(parser: Parser) -> None:
    """Declare description and arguments."""
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG
    parser.usage = "%(prog)s [URL] [options]"
    add = parser.add_argument
    add("url", nargs="?", metavar="URL", help="the server's base, the part before /customers")
    add_aim(parser)
    add("--max-requests", type=natural, default=300, metavar="N", help="send so many requests at the most (default: 300)")
    add("--max-time", type=seconds, metavar="TIME", help="stop after this time: 90s, 5m, 1h")
    add("--seed", type=int, default=0, metavar="N", help="what chance draws; never the identities (default: 0)")
    add("--workers", type=natural, default=1, metavar="N", help="cases at the same time (default: 1)")
    add(
        "--suite",
        action="append",
        type=one_of(*SUITES),
        default=[],
        metavar="NAME",
        help=f"only this one: {', '.join(SUITES)}; repeat it",
    )
    add("--no-explore", action="store_true", help="only what is planned; leave the rest of the budget unspent")
    add("--probe", type=one_of("auto", "never"), default="auto", metavar="WHEN", help="look up what is stored: auto, never")
    add("--strict", action="store_true", help="count all warnings as errors")
    add(
        "--fail-on",
        type=one_of(*SEVERITIES),
        default="error",
        metavar="SEVERITY",
        help=f"exit with 1 from this severity on: {', '.join(SEVERITIES)} (default: error)",
    )
    add("--baseline", metavar="FILE", help="known deviations, which do not count; reviewed, with reasons")
    add("--update-baseline", action="store_true", help="write what was found into the --baseline, keeping its reasons")
    add("--created", metavar="FILE", help="list created customers there, or none (default: a new file for a shared server)")
    add_targets(parser, FORMATS)
    add("--color", type=one_of("auto", "always", "never"), default="auto", metavar="WHEN", help="auto, always, never")
    add("--quiet", action="store_true", help="do not tell how far the run is")
    add("--self-test", action="store_true", help="try the fuzzer on servers that are wrong on purpose")


def run(options: argparse.Namespace) -> int:
    """Fuzz, write the reports, and say by the exit code how it went."""
    if options.self_test:
        return _self_test(options)
    from contract_kit.fuzz import baseline, output

    if options.update_baseline and options.baseline is None:
        raise UsageError("--update-baseline: no --baseline is named", hint="Name the file that it writes")
    wanted = [(target, output.load(target.format)) for target in targets(options.targets)]
    known = _known(options)
    contract = contract_for(options)
    with terminable(), aim(options, contract) as aimed:
        report, trouble, created = _fuzzed(options, contract, aimed)
    if known is not None:
        baseline.apply(report, known)
    saved = next((target.output for target, _ in wanted if target.format == "json" and target.output), None)
    for target, room in wanted:
        manner = _manner(options, target, contract, created=created, saved=saved, trouble=trouble)
        deliver(room.render(report, manner=manner), target.output, machine=target.format != "text")
        if target.output is not None:
            print(f"{target.output}: {output.headline(report)}", file=sys.stderr)
    if options.update_baseline:
        entries = baseline.updated(report, known or {})
        write_whole(options.baseline, baseline.written(entries.values()))
        lacking = sum(not entry.reason for entry in entries.values())
        print(f"{options.baseline}: {len(entries)} known, {lacking} of them without a reason", file=sys.stderr)
    return _code(options, report, trouble)


def _code(options: argparse.Namespace, report: FuzzReport, trouble: str) -> int:
    from contract_kit.findings import Severity

    if report.interrupted:
        complain("interrupted: the report says what was done so far")
        return INTERRUPTED
    if trouble or report.empty:
        complain(trouble or "nothing could be tested")
        return TROUBLE
    return FOUND if report.fails(Severity(options.fail_on)) else CLEAN


def _known(options: argparse.Namespace) -> dict[str, Any] | None:
    """The baseline; one that is only to be written may be missing."""
    from pathlib import Path

    from contract_kit.fuzz import baseline

    if options.baseline is None:
        return None
    if options.update_baseline:
        check_output(options.baseline)
        if not Path(options.baseline).exists():
            return {}
    return baseline.read(options.baseline)


def _fuzzed(options: argparse.Namespace, contract: Contract, aimed: Aim) -> tuple[FuzzReport, str, str | None]:
    """The report of a run, why it could not go on to its end, and the file of created ids."""
    from contract_kit.fuzz.created import CreatedFile, default_path
    from contract_kit.fuzz.engine import Engine, Settings
    from contract_kit.fuzz.progress import Progress
    from contract_kit.fuzz.shelling import script

    settings = Settings(
        max_requests=options.max_requests,
        max_seconds=options.max_time,
        rate=options.rate or ("auto" if aimed.shared else "none"),
        seed=options.seed,
        suites=tuple(dict.fromkeys(options.suite)) or SUITES,
        strict=options.strict,
        workers=options.workers,
        probe=options.probe != "never",
        timeout=options.timeout,
        explore=not options.no_explore,
    )
    name = options.created if options.created is not None else default_path() if aimed.shared else "none"
    terminal = sys.stderr is not None and sys.stderr.isatty()
    trouble = ""
    with (
        nullcontext() if name == "none" else CreatedFile(name, aimed.url, options.seed) as created,
        nullcontext() if options.quiet else Progress(sys.stderr, terminal=terminal, width=columns()) as progress,
    ):
        engine = Engine(
            aimed.target,
            contract,
            aimed.credentials,
            settings,
            watch=progress.watch if progress is not None else None,
            stop=progress.found if progress is not None and terminal else None,
            exchanged=created,
        )
        if progress is not None:
            progress.watch(engine)
        try:
            report, trouble = _ran(engine)
        finally:
            engine.close()
    for finding in report.findings if options.asgi is None else ():
        report.scripts[finding.fingerprint] = script(finding, report.url, engine.session.names, aimed.credentials)
    return report, trouble, created.path if created is not None and created.written else None


def _ran(engine: Engine) -> tuple[FuzzReport, str]:
    """The report, and why the run could not go on: a server that goes away does not take with it what was found."""
    try:
        return engine.run(), ""
    except ContractKitError as error:
        report = engine.report()
        if report.empty and not report.findings:
            raise
        report.over = error.message
        return report, str(error)


def _manner(options: argparse.Namespace, target: Target, contract: Contract, **more: Any) -> Manner:
    from contract_kit import __version__
    from contract_kit.findings import Severity
    from contract_kit.fuzz.output import Manner

    choice = options.color if target.output is None or options.color != "auto" else "never"
    return Manner(
        format=target.format,
        color=target.format == "text" and wants_color(choice, sys.stdout),
        fail_on=Severity(options.fail_on),
        rules=contract.rules,
        version=__version__,
        **more,
    )


@contextmanager
def terminable() -> Iterator[None]:
    """Take SIGTERM as an interruption, so that a job that is cancelled leaves its report."""

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _self_test(options: argparse.Namespace) -> int:
    """The fuzzer on every defect of the reference server."""
    from contract_kit.fuzz.selftest import Row, matrix, table

    terminal = sys.stderr is not None and sys.stderr.isatty()
    seen: list[Row] = []

    def tell(row: Row) -> None:
        seen.append(row)
        if terminal:
            print(f"\r\x1b[K{len(seen)} tried, {row.defect}", end="", file=sys.stderr, flush=True)

    rows: Sequence[Row] = list(matrix(options.max_requests, tell=tell))
    if terminal:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
    deliver(table(rows), None, machine=False)
    return CLEAN if all(row.caught for row in rows) else FOUND
