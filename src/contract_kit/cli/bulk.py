"""``contract-kit bulk``: whole files of registrations in, the good ones and the bad ones apart out."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING, Any

from contract_kit.cli.common import CLEAN, FOUND, TROUBLE, Commands, Parser, columns, complain, one_of
from contract_kit.cli.writing import deliver, write_whole
from contract_kit.errors import ContractKitError, UsageError

if TYPE_CHECKING:
    from contract_kit.bulk.job import Job

_DESCRIPTION = """\
Judge files of registrations before they are sent: each record by the contract, and all of them against each other.

INPUT is a file, a folder, a pattern such as 'out/**/*.ndjson', an address such as s3://bucket/members/ (with fsspec), or -
for standard input: NDJSON, a JSON array, CSV or Parquet, plain or as .gz or .zst. A CSV file needs a mapping from columns
to members:

  contract-kit bulk init-mapping FILE.csv > mapping.yaml
"""
_EPILOG = """\
example:
  contract-kit bulk members/ --org my-org.yaml --accepted good.ndjson --rejected bad.ndjson --report report.json

exit codes: 0 nothing rejected, 1 records were rejected, 2 could not do its job, 130 interrupted (go on with --resume)
"""
_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "ki": 1 << 10, "mi": 1 << 20, "gi": 1 << 30}

COMMANDS: Commands = {}


def configure(parser: Parser) -> None:
    """Declare description and arguments."""
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG
    parser.usage = "%(prog)s INPUT...|- [options]"
    add = parser.add_argument
    add("paths", nargs="*", metavar="INPUT", help="what to judge")
    add("--org", metavar="FILE", help="the org profile: what this organisation has configured")
    add("--accepted", metavar="FILE", help="write the records there that are accepted, as they are, one a line")
    add("--rejected", metavar="FILE", help="write the others there as NDJSON: file, line, codes and hints")
    add("--report", metavar="FILE", help="write the summary there: a page where it ends in .html, else JSON")
    add("--known", action="append", default=[], metavar="FILE", help="identifiers that are registered already; repeat it")
    add("--mapping", metavar="FILE", help="from columns to members, for CSV and Parquet")
    formats = ("ndjson", "json", "csv", "parquet")
    add("--format", type=one_of(*formats), metavar="FORMAT", help=f"{', '.join(formats)} (default: by name and content)")
    add("--jobs", type=_positive, metavar="N", help="processes (default: one for each processor)")
    add("--memory", type=size, default=2 * 10**9, metavar="SIZE", help="memory for comparing records (default: 2GB)")
    add("--engine", default="local", metavar="ENGINE", help="local, dask, or dask://HOST:PORT (default: local)")
    add("--resume", action="store_true", help="go on with an interrupted run")
    add("--work", metavar="DIR", help="the work folder (default: a hidden one beside the first output)")
    add("--max-record", type=size, default=10**7, metavar="SIZE", help="longer records are rejected unread (default: 10MB)")
    add("--strict", action="store_true", help="warnings count as errors")
    add("--show-values", action="store_true", help="put the values and records into --rejected; they may be personal data")
    add("--output", metavar="FILE", help="for init-mapping: write the mapping there instead of to standard output")


def run(options: argparse.Namespace) -> int:
    """Do it, tell how far it is, and say by the exit code how it went."""
    # Numbers are sorted here and nothing else: threads for algebra in every process would be started for nothing.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if options.paths[:1] == ["init-mapping"]:
        return _init_mapping(options)
    try:
        from contract_kit.bulk import report
        from contract_kit.bulk import run as bulk
        from contract_kit.bulk.outputs import write_text
        from contract_kit.bulk.progress import Meter
        from contract_kit.bulk.remote import is_address
    except ImportError as error:
        raise _missing(error) from None
    terminal = sys.stderr is not None and sys.stderr.isatty()
    meter = Meter(sys.stderr, terminal=terminal, width=columns())
    job = _job(options)
    try:
        outcome = bulk(job, meter)
    except KeyboardInterrupt:
        meter.end()
        print("what is finished is kept: go on with --resume", file=sys.stderr)
        raise
    finally:
        meter.end()
    if options.report is not None:
        outcome.written["report"] = options.report
        text = _summary(report.as_data(outcome), options)
        (write_text if is_address(options.report) else write_whole)(options.report, text)
    deliver(report.as_text(outcome), None, machine=False)
    if not outcome.tally.counts.get("records"):
        complain("there was nothing to judge: the input holds no records")
        return TROUBLE
    return FOUND if outcome.tally.counts.get("rejected") else CLEAN


def _summary(data: dict[str, Any], options: argparse.Namespace) -> str:
    """The report as the name of its file asks for it."""
    if options.report.lower().endswith((".html", ".htm")):
        from contract_kit import __version__
        from contract_kit.reporters.html import page

        again = [*(["--org", options.org] if options.org is not None else []), *(["--strict"] if options.strict else [])]
        return page(data, kind="bulk", version=__version__, arguments=again)
    import json

    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _job(options: argparse.Namespace) -> Job:
    from contract_kit.bulk.job import Job
    from contract_kit.org import OrgProfile

    paths = options.paths
    if not paths:
        if sys.stdin is None or sys.stdin.isatty():
            raise UsageError("nothing to judge is named", hint="Name a file or a folder, or - for standard input")
        paths = ["-"]
    if options.engine not in ("local", "dask") and not options.engine.startswith("dask://"):
        raise UsageError(f"there is no engine {options.engine!r}", hint="local, dask, or dask://HOST:PORT")
    return Job(
        paths,
        org=OrgProfile.from_path(options.org) if options.org is not None else None,
        known=options.known,
        mapping=options.mapping,
        format=options.format,
        accepted=options.accepted,
        rejected=options.rejected,
        report=options.report,
        jobs=options.jobs or _processors(),
        memory=options.memory,
        engine=options.engine,
        resume=options.resume,
        work=options.work,
        strict=options.strict,
        show_values=options.show_values,
        record_limit=options.max_record,
    )


def _init_mapping(options: argparse.Namespace) -> int:
    if len(options.paths) != 2:
        raise UsageError("init-mapping takes one file", hint="contract-kit bulk init-mapping FILE.csv")
    try:
        from contract_kit.bulk.first_mapping import first_mapping
    except ImportError as error:
        raise _missing(error) from None
    deliver(first_mapping(options.paths[1]), options.output, machine=True)
    return CLEAN


def size(word: str) -> int:
    """A number of bytes: ``200MB``, ``2GiB``, ``1000000``."""
    text = word.strip().lower().removesuffix("b")
    number = text.rstrip("kmgi")
    unit = text[len(number) :]
    try:
        amount = float(number)
    except ValueError:
        amount = -1.0
    if unit not in _UNITS or not 0 < amount < 1e15:
        raise argparse.ArgumentTypeError(f"{word!r} is no size; write it like 200MB or 2GiB")
    return int(amount * _UNITS[unit])


def _positive(word: str) -> int:
    if not word.isascii() or not word.isdigit() or not 0 < int(word) <= 1024:
        raise argparse.ArgumentTypeError(f"{word!r} is no number from 1 to 1024")
    return int(word)


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _missing(error: ImportError) -> ContractKitError:
    return ContractKitError(f"bulk validation needs the package {error.name}", hint="Install contract-kit[bulk]")
