"""``contract-kit validate``: inputs in, reports out."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from contract_kit.cli.common import CLEAN, FOUND, TROUBLE, Commands, Parser, codes, columns, complain, one_of, wants_color
from contract_kit.cli.targets import Target, add_targets, targets
from contract_kit.cli.writing import deliver
from contract_kit.errors import InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from contract_kit.contract import Contract
    from contract_kit.records import Record, Source
    from contract_kit.report import InputResult
    from contract_kit.reporters import Options
    from contract_kit.reporters.html.samples import Samples

KINDS = ("request", "response", "error", "exchange", "har", "vcr")
RECORDINGS = ("har", "vcr")
FORMATS = ("text", "json", "junit", "sarif", "github", "gitlab", "markdown", "html")
SEVERITIES = ("error", "warning", "info")

_DESCRIPTION = """\
Judge registrations, answers and exchanges by the contract, and say what a server does with them.

PATH is a file, a folder (searched for *.json, *.yaml, *.yml, *.ndjson, *.jsonl), a pattern such as
'orders/**/*.json', or - for standard input, which is also read where no PATH is given and it is no terminal.

A request is the body itself, or {"headers", "query", "body"}; an answer is the body itself, or
{"status", "headers", "body"}; an exchange is {"request": {…}, "response": {…}}. har is a browser's or proxy's
recording (HAR 1.2) and vcr a cassette: each registration in it is judged as an exchange, other requests are passed over.
"""
_EPILOG = """\
example:
  contract-kit validate orders/*.json --org my-org.yaml --fail-on warning

exit codes: 0 clean, 1 findings at or above --fail-on, 2 could not do its job (wrong use, unreadable input,
nothing to check), 130 interrupted
"""

COMMANDS: Commands = {}


def configure(parser: Parser) -> None:
    """Declare description and arguments."""
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG
    # A usage line of our own, since argparse would write one for each run, help or not.
    parser.usage = "%(prog)s [PATH...|-] [options]"
    add = parser.add_argument
    add("paths", nargs="*", metavar="PATH", help="what to judge")
    add(
        "--as",
        dest="kind",
        type=one_of(*KINDS),
        default=None,
        metavar="KIND",
        help=f"{', '.join(KINDS)} (default: request; har and vcr are known by themselves)",
    )
    add("--org", metavar="FILE", help="the org profile: what this organisation has configured")
    add_targets(parser, FORMATS)
    add(
        "--fail-on",
        type=one_of(*SEVERITIES),
        default="error",
        metavar="SEVERITY",
        help=f"exit with 1 from this severity on: {', '.join(SEVERITIES)} (default: error)",
    )
    add("--select", action="append", default=[], metavar="CODE", help="report these rules only; repeat it, or use commas")
    add("--ignore", action="append", default=[], metavar="CODE", help="do not report these rules")
    add("--error", action="append", default=[], metavar="CODE", help="count the warnings of these rules as errors")
    add("--strict", action="store_true", help="count all warnings as errors")
    add(
        "--color",
        type=one_of("auto", "always", "never"),
        default="auto",
        metavar="WHEN",
        help="auto, always, never (default: auto)",
    )
    add("--show-values", action="store_true", help="show the values at fault; they may be personal data")


def run(options: argparse.Namespace) -> int:
    """Judge everything, write the reports, and say by the exit code how it went."""
    from contract_kit import records, reporters
    from contract_kit.findings import Severity

    paths = options.paths or _standard_input()
    wanted = [(target, reporters.load(target.format)) for target in targets(options.targets)]
    found = records.find(paths, records.ENDINGS[options.kind]) if options.kind in RECORDINGS else records.find(paths)
    sources = _without_profile(found, paths, options.org)
    contract = _contract(options)
    samples = _samples(target.format for target, _ in wanted)
    results, troubles = _judge(contract, sources, options.kind, samples)
    for trouble in troubles:
        complain(str(trouble))
    if not results:
        return TROUBLE
    report = contract.report(results)
    for target, reporter in wanted:
        text = reporter.render(report, options=_manner(options, target, contract, troubles, samples))
        deliver(text, target.output, machine=target.format != "text")
        if target.output is not None:
            from contract_kit.reporters.text import headline

            print(f"{target.output}: {headline(report)}", file=sys.stderr)
    if troubles:
        return TROUBLE
    return FOUND if report.fails(Severity(options.fail_on)) else CLEAN


def _standard_input() -> list[str]:
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError("nothing to check is named", hint="Name a file or a folder, or - for standard input")
    return ["-"]


def _without_profile(sources: Sequence[Source], paths: Sequence[str], org: str | None) -> list[Source]:
    """The sources without the org profile itself, which often lies in the folder that is checked."""
    if org is None or org in paths:
        return list(sources)
    profile = Path(org).resolve()
    return [source for source in sources if source.name in paths or Path(source.name).resolve() != profile]


def _contract(options: argparse.Namespace) -> Contract:
    from contract_kit.contract import Contract
    from contract_kit.judge.spec import Spec
    from contract_kit.org import OrgProfile

    return Contract(
        Spec.bundled(),
        OrgProfile.from_path(options.org) if options.org is not None else None,
        select=codes(options.select),
        ignore=codes(options.ignore),
        errors=codes(options.error),
        strict=options.strict,
    )


def _samples(formats: Iterable[str]) -> Samples | None:
    """What keeps inputs for a report that shows findings in them; ``None`` where none of the reports does."""
    if "html" not in formats:
        return None
    from contract_kit.reporters.html.samples import Samples

    return Samples()


def _judge(
    contract: Contract, sources: Sequence[Source], kind: str | None, samples: Samples | None
) -> tuple[list[InputResult], list[InputError]]:
    """The results of all records, and what could not be read: one bad file does not hide the others' findings."""
    from contract_kit.records import read

    results: list[InputResult] = []
    troubles: list[InputError] = []
    for source in sources:
        try:
            if kind in RECORDINGS or (kind is None and source.name.lower().endswith(".har")):
                _judge_recording(contract, source, results, samples)
                continue
            for record in read(source):
                if kind is None and _is_recording(record):
                    _judge_recording(contract, source, results, samples)
                    break
                result = contract.judge(record.document, kind or "request", source=record.source, index=record.index)
                results.append(result)
                if samples is not None:
                    samples.offer(result, record.document.value)
        except InputError as trouble:
            troubles.append(trouble)
    return results, troubles


def _is_recording(record: Record) -> bool:
    """Whether a file is a recording, though nobody said so. Standard input, which can be read only once, cannot be begun
    again: there it has to be said."""
    value = record.document.value
    if record.index or not isinstance(value, dict) or "profiles" in value:
        return False
    from contract_kit.records.traffic import kind_of_recording

    found = kind_of_recording(value)
    if found is not None and record.source == "-":
        raise InputError("this is recorded traffic", hint=f"Say --as {found}", source="<stdin>")
    return found is not None


def _judge_recording(contract: Contract, source: Source, results: list[InputResult], samples: Samples | None) -> None:
    """Add the results of a recording; what of it could not be judged is told on standard error."""
    from contract_kit.records.traffic import Traffic

    traffic = Traffic(source)
    for recording in traffic:
        result = recording.judged(contract)
        results.append(result)
        if samples is not None:
            samples.offer(result, recording.shown)
    if traffic.said is not None:
        print(traffic.said, file=sys.stderr)


def _manner(
    options: argparse.Namespace,
    target: Target,
    contract: Contract,
    troubles: Sequence[InputError],
    samples: Samples | None,
) -> Options:
    from contract_kit import __version__
    from contract_kit.findings import Severity
    from contract_kit.reporters import Options

    to_terminal = target.output is None and sys.stdout.isatty()
    choice = options.color if target.output is None or options.color != "auto" else "never"
    return Options(
        color=target.format == "text" and wants_color(choice, sys.stdout),
        show_values=options.show_values,
        width=columns() if to_terminal else None,
        fail_on=Severity(options.fail_on),
        rules=contract.rules,
        version=__version__,
        unread=[str(trouble) for trouble in troubles],
        documents=samples.documents if samples is not None else {},
        arguments=_repeated(options),
    )


def _repeated(options: argparse.Namespace) -> list[str]:
    """The options without which another run would not find the same."""
    words = ["--as", options.kind] if options.kind not in (None, "request") else []
    words += ["--org", options.org] if options.org is not None else []
    words += [word for code in codes(options.error) for word in ("--error", code)]
    return [*words, *(["--strict"] if options.strict else [])]
