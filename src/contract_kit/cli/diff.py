"""``contract-kit diff``: what changed between two versions of the contract, and whom it breaks."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from contract_kit.cli.common import CLEAN, FOUND, Commands, Parser, one_of, wants_color
from contract_kit.cli.targets import add_targets, targets
from contract_kit.cli.writing import deliver
from contract_kit.errors import UsageError

if TYPE_CHECKING:
    from contract_kit.contract import Document
    from contract_kit.diff.changes import Comparison
    from contract_kit.diff.orgs import Profile

FORMATS = ("text", "json", "github", "markdown")
LEVELS = ("breaking", "risky", "never")
KINDS = ("request", "response", "error", "exchange")

_DESCRIPTION = """\
Say what changed between two versions of the contract, each change judged for senders (who send registrations and read
answers) and for receivers (who take them and answer): breaking, risky or safe.

OLD and NEW are OpenAPI documents (YAML or JSON), compiled contracts (contract.json), or rule sets as
'contract-kit rules --format json' prints them. Without NEW the kit's own document is the new one; without both, only
org profiles are compared.
"""
_EPILOG = """\
examples:
  contract-kit diff openapi-v1.yaml openapi-v2.yaml --traffic recorded.ndjson
  contract-kit diff --org last-year.yaml:this-year.yaml --fail-on risky --for senders

exit codes: 0 no change at or above --fail-on, 1 there is one, 2 could not do its job, 130 interrupted
"""

COMMANDS: Commands = {}


def configure(parser: Parser) -> None:
    """Declare description and arguments."""
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG
    parser.usage = "%(prog)s [OLD [NEW]] [options]"
    add = parser.add_argument
    add("files", nargs="*", metavar="OLD NEW", help="the two versions")
    add(
        "--org",
        metavar="OLD:NEW",
        help="two org profiles to compare; one alone goes with both versions when traffic is judged",
    )
    add("--traffic", metavar="FILE", help="recorded payloads, one a line: count those that are judged otherwise")
    add(
        "--as",
        dest="kind",
        type=one_of(*KINDS),
        default="request",
        metavar="KIND",
        help=f"what the traffic is: {', '.join(KINDS)} (default: request)",
    )
    add_targets(parser, FORMATS)
    add(
        "--fail-on",
        type=one_of(*LEVELS),
        default="breaking",
        metavar="LEVEL",
        help=f"exit with 1 from this verdict on: {', '.join(LEVELS)} (default: breaking)",
    )
    add(
        "--for",
        dest="side",
        type=one_of("senders", "receivers", "both"),
        default="both",
        metavar="SIDE",
        help="whose verdicts count for the exit code and for annotations: senders, receivers, both (default: both)",
    )
    add(
        "--color",
        type=one_of("auto", "always", "never"),
        default="auto",
        metavar="WHEN",
        help="auto, always, never (default: auto)",
    )


def run(options: argparse.Namespace) -> int:
    """Compare, write the reports, and say by the exit code how it went."""
    from contract_kit.diff.changes import Verdict
    from contract_kit.diff.reporting import headline, render

    wanted = targets(options.targets)
    comparison = _compared(options)
    for target in wanted:
        choice = options.color if target.output is None or options.color != "auto" else "never"
        color = target.format == "text" and wants_color(choice, sys.stdout)
        text = render(comparison, target.format, side=options.side, color=color)
        deliver(text, target.output, machine=target.format != "text")
        if target.output is not None:
            print(f"{target.output}: {headline(comparison)}", file=sys.stderr)
    if options.fail_on == "never":
        return CLEAN
    return FOUND if comparison.worst(options.side).rank >= Verdict(options.fail_on).rank else CLEAN


def _compared(options: argparse.Namespace) -> Comparison:
    from contract_kit.diff.comparing import compare
    from contract_kit.diff.documents import bundled, read
    from contract_kit.diff.traffic import counted

    if len(options.files) > 2:
        raise UsageError("more than two versions are named", hint="Name the old one, then the new one")
    orgs, alone = _orgs(options.org)
    if not options.files and (orgs is None or alone):
        raise UsageError("nothing to compare is named", hint="Name two documents, or two org profiles with --org OLD:NEW")
    old = read(options.files[0]) if options.files else bundled()
    new = read(options.files[1]) if len(options.files) == 2 else bundled() if options.files else old
    comparison = compare(old, new, None if alone else orgs)
    if options.traffic is None:
        return comparison
    return counted(comparison, old, new, orgs, _records(options.traffic), options.kind)


def _orgs(named: str | None) -> tuple[tuple[Profile, Profile] | None, bool]:
    """The two org profiles, and whether they are one."""
    from contract_kit.diff.orgs import Profile

    if named is None:
        return None, False
    names = _split(named)
    if len(names) > 2 or not all(names):
        raise UsageError(f"--org {named} does not name two profiles", hint="Write OLD:NEW, two files with a colon between")
    read = [Profile.read(name) for name in names]
    return (read[0], read[-1]), len(read) == 1


def _split(named: str) -> list[str]:
    """The parts between colons; a colon after a single letter at the beginning of a part belongs to a drive."""
    parts: list[str] = []
    for piece in named.split(":"):
        if parts and len(parts[-1]) == 1 and parts[-1].isalpha() and piece[:1] in ("\\", "/"):
            parts[-1] += ":" + piece
        else:
            parts.append(piece)
    return parts


def _records(file: str) -> Iterator[tuple[Document, str, int]]:
    from contract_kit import records

    for source in records.find([file]):
        for record in records.read(source):
            yield record.document, record.source, record.index
