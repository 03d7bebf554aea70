"""The door: which command is meant, and what its end means to the shell."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from contract_kit.cli.common import CLEAN, INTERRUPTED, PROGRAM, TROUBLE, Commands, Parser, complain, dispatch, listing
from contract_kit.cli.writing import hush, safe_output
from contract_kit.errors import ContractKitError

COMMANDS: Commands = {
    "validate": ("validate", "judge requests, answers and whole exchanges"),
    "bulk": ("bulk", "judge whole files of registrations before they are sent"),
    "rules": ("rules", "list the rules"),
    "explain": ("explain", "explain a rule, an API code or a fact"),
    "spec": ("spec", "print the contract as an OpenAPI document"),
    "org": ("org", "check, begin or fill an org profile"),
    "diff": ("diff", "say what changed between two versions of the contract, and whom it breaks"),
    "fuzz": ("fuzz", "find what is wrong with a server"),
    "replay": ("replay", "try the findings of a fuzz report once more"),
    "serve": ("serve", "run a conforming server, or one that is wrong on purpose"),
    "proxy": ("proxy", "stand between a client and a server, and say which of them is wrong"),
}
_PURPOSE = "Holds requests and answers of POST /v2/customers to their contract."
_EPILOG = """\
examples:
  contract-kit validate orders/ --org my-org.yaml
  contract-kit explain 8006

exit codes: 0 clean, 1 findings at or above --fail-on, 2 could not do its job, 130 interrupted
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        with safe_output():
            return _run(arguments)
    except KeyboardInterrupt:
        complain("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has seen enough.
        hush()
        return CLEAN
    except ContractKitError as error:
        complain(str(error))
        return error.exit_code
    except OSError as error:
        hush()
        complain(f"{error.filename or 'standard output'}: {(error.strerror or str(error)).lower()}")
        return TROUBLE


def _run(arguments: list[str]) -> int:
    parser = Parser(prog=PROGRAM, description=f"{_PURPOSE}\n\n{listing(COMMANDS)}", epilog=_EPILOG)
    parser.add_argument("--version", action="store_true", help="print the versions of the kit and of its contract")
    if arguments and arguments[0].startswith("-"):
        options = parser.parse(arguments[:1])
        return _version() if options is not None and options.version else CLEAN
    return dispatch(parser, arguments, COMMANDS)


def _version() -> int:
    from contract_kit import Contract, __version__

    print(f"{PROGRAM} {__version__}, contract {Contract.bundled().version}")
    return CLEAN
