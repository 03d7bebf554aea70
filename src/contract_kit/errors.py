"""What is raised when the kit cannot do its job, as opposed to what it finds while doing it.

A finding is a result; these are the reasons why there is none: an org profile that breaks its format, an
input that cannot be read, a wrong use of the command. Every message says what is wrong and where, and the
hint the way out. The command prints ``str(error)`` and ends with ``exit_code``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, NamedTuple


class ContractKitError(Exception):
    """The kit could not do its job.

    ``message`` says why, without a full stop at its end; ``hint`` what to do. ``source`` (a file's name),
    ``line`` and ``column`` (both from 1) say where, as far as that is known."""

    exit_code: ClassVar[int] = 2

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        source: str | None = None,
        line: int | None = None,
        column: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.source = source
        self.line = line
        self.column = column

    def __str__(self) -> str:
        return _sentence(_place(self.source, self.line, self.column), self.message, self.hint)


class SpecError(ContractKitError):
    """The contract document cannot be used: not there, not readable, or not what the kit can work with."""


class InputError(ContractKitError):
    """An input that was to be judged or taken over cannot be: not readable, empty, or of another shape."""


class UsageError(ContractKitError):
    """The command or a function was called in a way that makes no sense."""


class ProfileProblem(NamedTuple):
    """One thing wrong in an org profile. ``pointer`` is a JSON pointer (empty: the profile as a whole); ``line`` and
    ``column`` count from 1 and are missing where the profile did not come from a text."""

    message: str
    hint: str | None = None
    source: str | None = None
    line: int | None = None
    column: int | None = None
    pointer: str = ""

    def __str__(self) -> str:
        return _sentence(_place(self.source, self.line, self.column), self.message, self.hint, self.pointer)


class OrgProfileError(ContractKitError):
    """An org profile that breaks its format, with everything that is wrong in it, in reading order.

    ``str()`` has one line for each problem: ``file:line:column: pointer: message. hint``.
    """

    def __init__(self, problems: Iterable[ProfileProblem]) -> None:
        self.problems = tuple(problems)
        first = self.problems[0]
        super().__init__(first.message, hint=first.hint, source=first.source, line=first.line, column=first.column)
        self.args = (self.problems,)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


def _place(source: str | None, line: int | None, column: int | None) -> str:
    return ":".join(str(part) for part in (source, line, column) if part is not None)


def _sentence(place: str, message: str, hint: str | None, pointer: str = "") -> str:
    said = ": ".join(part for part in (place, pointer, message) if part)
    return f"{said}. {hint}" if hint else said
