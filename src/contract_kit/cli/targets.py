"""Which reports are wanted and where they go: ``--format`` and ``--output``, each of which may be repeated, as pairs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from contract_kit.cli.common import Parser, one_of
from contract_kit.cli.writing import check_output
from contract_kit.errors import UsageError

DEFAULT = "text"


class Word(NamedTuple):
    """One of the two options as it stood in the command line: ``kind`` is ``format`` or ``output``."""

    kind: str
    value: str


class Target(NamedTuple):
    """A report: its format, and the file it goes to, ``None`` for standard output."""

    format: str
    output: str | None


def add_targets(parser: Parser, formats: Sequence[str]) -> None:
    """Declare both options. Their order is kept, in ``options.targets``, since an output belongs to the format before it."""
    known = one_of(*formats)
    parser.add_argument(
        "--format",
        dest="targets",
        action="append",
        type=lambda word: Word("format", known(word)),
        metavar="FORMAT",
        help=f"{', '.join(formats)} (default: {DEFAULT}); repeat it, each with an --output",
    )
    parser.add_argument(
        "--output",
        dest="targets",
        action="append",
        type=lambda word: Word("output", word),
        metavar="FILE",
        help="write the report there, whole or not at all, instead of to standard output",
    )


def targets(words: Sequence[Word] | None) -> list[Target]:
    """The reports that are wanted, each of which can be written. Raises ``UsageError`` where it is not clear which report
    goes where."""
    found = _paired(words or ())
    outputs = [target.output for target in found if target.output is not None]
    for output in outputs:
        if outputs.count(output) > 1:
            raise UsageError(f"{output} is named by two reports", hint="Give each an --output of its own")
        check_output(output)
    screen = [target.format for target in found if target.output is None]
    if screen[1:]:
        said = f"{len(screen)} reports would go to standard output: {', '.join(screen)}"
        raise UsageError(said, hint="Put an --output after each --format but one")
    return found


def _paired(words: Sequence[Word]) -> list[Target]:
    formats = [word.value for word in words if word.kind == "format"]
    outputs = [word.value for word in words if word.kind == "output"]
    if len(formats) <= 1 and len(outputs) <= 1:  # one report, and the order says nothing
        return [Target(formats[0] if formats else DEFAULT, outputs[0] if outputs else None)]
    found: list[Target] = []
    for word in words:
        if word.kind == "format":
            found.append(Target(word.value, None))
        elif found and found[-1].output is None:
            found[-1] = Target(found[-1].format, word.value)
        else:
            raise UsageError(
                f"--output {word.value}: no --format stands before it", hint="Each --output takes the --format before it"
            )
    return found
