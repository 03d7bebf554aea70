"""``contract-kit org check``: what a profile knows, and which rules stay silent for want of what."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap

from contract_kit.cli.common import CLEAN, FOUND, Commands, Parser
from contract_kit.cli.writing import deliver
from contract_kit.contract import Contract
from contract_kit.errors import InputError, OrgProfileError
from contract_kit.org import SECTIONS, OrgProfile
from contract_kit.records.finding import unreadable
from contract_kit.showing import count

COMMANDS: Commands = {}
_EPILOG = """\
example:
  contract-kit org check my-org.yaml

exit codes: 0 the profile is sound, 1 something is wrong in it, 2 it cannot be read
"""


def configure(parser: Parser) -> None:
    """Declare description and arguments."""
    parser.description = "Say what an org profile knows and which rules stay silent, or everything that is wrong in it."
    parser.epilog = _EPILOG
    parser.add_argument("file", metavar="FILE", help="the profile, YAML or JSON")


def run(options: argparse.Namespace) -> int:
    """Check one profile."""
    _must_be_readable(options.file)
    try:
        profile = OrgProfile.from_path(options.file)
    except OrgProfileError as error:
        deliver(f"{error}\n{count(len(error.problems), 'problem')}\n", None, machine=False)
        return FOUND
    deliver("\n".join(_summary(options.file, profile)) + "\n", None, machine=False)
    return CLEAN


def _must_be_readable(file: str) -> None:
    try:
        with Path(file).open("rb"):
            pass
    except FileNotFoundError:
        raise InputError(
            "there is no such file", hint="contract-kit org init writes one to start from", source=file
        ) from None
    except OSError as error:
        raise unreadable(file, error) from None


def _summary(file: str, profile: OrgProfile) -> Iterator[str]:
    contract = Contract.bundled().for_org(profile)
    yield f"{file}: a sound profile" + (f" of {profile.name}" if profile.name else "")
    known = [section for section in SECTIONS if section in profile.sections]
    yield from _listed("Knows", known or ["nothing yet"])
    yield from _listed("Does not know", [section for section in SECTIONS if section not in profile.sections])
    total = len(contract.rules)
    silent = sorted({code for gap in contract.not_checked for code in gap.rules})
    yield f"{total - len(silent)} of {total} rules speak"
    for gap in contract.not_checked:
        yield from _listed(f"Silent for want of {gap.section}", gap.rules)


def _listed(heading: str, words: list[str] | tuple[str, ...]) -> list[str]:
    return wrap(f"{heading}: {', '.join(words)}", 100, subsequent_indent="  ", break_on_hyphens=False) if words else []
