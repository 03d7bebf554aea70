"""What all commands share: parsing arguments, choosing colours, and saying what went wrong."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import IO, NoReturn, Protocol, cast

from contract_kit.errors import UsageError

PROGRAM = "contract-kit"
CLEAN, FOUND, TROUBLE, INTERRUPTED = 0, 1, 2, 130


Commands = Mapping[str, tuple[str, str]]
"""Command -> the room that runs it, and what it is for."""


class Command(Protocol):
    """What the room of a command offers; ``COMMANDS`` where it is a group of them."""

    COMMANDS: Commands

    def configure(self, parser: Parser) -> None:
        """Declare description and arguments."""
        ...

    def run(self, options: argparse.Namespace) -> int:
        """Do it; the exit code."""
        ...


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """The usual one, which on its own would import ``shutil`` for the width of each argument that is declared."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=min(columns(), 110) - 2)


def columns() -> int:
    """The width of the terminal, 80 where there is none."""
    given = os.environ.get("COLUMNS", "")
    if given.isascii() and given.isdigit() and int(given) >= 20:
        return int(given)
    try:
        return os.get_terminal_size(1).columns or 80
    except (OSError, ValueError):
        return 80


class Parser(argparse.ArgumentParser):
    """An argument parser that raises ``UsageError`` and names the nearest option for one that is not known."""

    def __init__(self, prog: str, description: str = "", epilog: str = "") -> None:
        super().__init__(
            prog=prog,
            description=description,
            epilog=epilog,
            allow_abbrev=False,
            formatter_class=_Formatter,
        )

    def parse(self, arguments: Sequence[str]) -> argparse.Namespace | None:
        """The options, which may stand before, between and after paths; ``None`` where help was asked for and given."""
        try:
            options, unknown = self.parse_known_intermixed_args(list(arguments))
        except SystemExit:
            return None
        for word in unknown:
            if word.startswith("-") and word != "-":
                raise self.wrong(f"there is no option {word.partition('=')[0]}", near(word.partition("=")[0], self.flags()))
            raise self.wrong(f"there is no place for {word!r}")
        return options

    def flags(self) -> list[str]:
        """The long options."""
        return [flag for flag in self._option_string_actions if flag.startswith("--")]

    def error(self, message: str) -> NoReturn:
        """What argparse calls for a wrong use."""
        raise self.wrong(message)

    def wrong(self, message: str, hint: str | None = None) -> UsageError:
        """A wrong use of this command, with the way to its help."""
        help_ = f"{self.prog} --help tells more"
        return UsageError(message, hint=f"{hint} {help_}" if hint else help_)


def dispatch(parser: Parser, arguments: Sequence[str], commands: Commands, home: str = "contract_kit.cli") -> int:
    """Run the command that the first argument names; the rooms of ``commands`` lie in the package ``home``. A room that
    has ``COMMANDS`` of its own is a group of commands."""
    from importlib import import_module

    if not arguments:
        parser.print_help(sys.stderr)
        return TROUBLE
    name, *rest = arguments
    if name.startswith("-"):
        return CLEAN if parser.parse(arguments) is None else TROUBLE
    if name not in commands:
        raise parser.wrong(f"there is no command {name!r}", near(name, commands))
    room = f"{home}.{commands[name][0]}"
    command = cast("Command", import_module(room))
    own = Parser(prog=f"{parser.prog} {name}")
    command.configure(own)
    if command.COMMANDS:
        return dispatch(own, rest, command.COMMANDS, room)
    options = own.parse(rest)
    return CLEAN if options is None else command.run(options)


def listing(commands: Commands) -> str:
    """The commands of a group with what they are for, for its help."""
    width = max(map(len, commands))
    return "commands:\n" + "\n".join(f"  {name:<{width}}  {purpose}" for name, (_, purpose) in commands.items())


def near(word: str, known: Iterable[str]) -> str | None:
    """``Did you mean …?`` for the nearest known word."""
    from contract_kit.names import nearest

    found = nearest(word, list(known))
    return f"Did you mean {found}?" if found else None


def one_of(*values: str) -> Callable[[str], str]:
    """A type of argument: one of some words, with the nearest named for any other."""

    def checked(word: str) -> str:
        if word in values:
            return word
        hint = near(word, values)
        raise argparse.ArgumentTypeError(f"{word!r} is none of {', '.join(values)}{f' ({hint.lower()})' if hint else ''}")

    return checked


def codes(words: Iterable[str]) -> list[str]:
    """Codes from options that may be repeated and may list several with commas."""
    return [code for word in words for code in word.replace(" ", "").split(",") if code]


def wants_color(choice: str, stream: IO[str]) -> bool:
    """Whether to colour what goes to a stream. ``always`` and ``never`` are final; else ``NO_COLOR`` and then
    ``FORCE_COLOR`` decide where they are set and not empty, and then whether it is a terminal."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return os.environ["FORCE_COLOR"] not in ("0", "false")
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def complain(message: str) -> None:
    """Say on standard error why something could not be done."""
    from contract_kit.reporters.words import plain

    with suppress(OSError, ValueError):
        lines = message.split("\n")
        print("\n".join((f"{PROGRAM}: {plain(lines[0])}", *(f"  {plain(line)}" for line in lines[1:]))), file=sys.stderr)
