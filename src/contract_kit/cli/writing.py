"""Writing results: whole or not at all, and quiet where nobody reads any more."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from contract_kit.errors import ContractKitError


@contextmanager
def safe_output() -> Iterator[None]:
    """Let no character that the terminal's encoding lacks break the output, and meet a closed pipe or a full disk here
    rather than when the interpreter ends."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
    yield
    if sys.stdout is not None:
        sys.stdout.flush()


def hush() -> None:
    """Let nothing more be written to standard output, not even by the interpreter when it ends."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def deliver(text: str, output: str | None, *, machine: bool) -> None:
    """Write a result to a file, or to standard output: in UTF-8 where a program is to read it (``machine``), else in the
    terminal's encoding."""
    if output is not None:
        write_whole(output, text)
        return
    buffer = getattr(sys.stdout, "buffer", None)
    try:
        if machine and buffer is not None:
            sys.stdout.flush()
            buffer.write(text.encode("utf-8", "backslashreplace"))
        else:
            sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever reads has seen enough; the result, and so the exit code, stays what it is.
        hush()


def check_output(output: str) -> None:
    """Raise where a file could not be written, before any work is done."""
    path = Path(output)
    if path.is_dir():
        raise ContractKitError("cannot be written: it is a folder", hint="Name a file in it", source=output)
    if not path.parent.is_dir():
        hint = f"Make {path.parent} first"
        raise ContractKitError("cannot be written: its folder does not exist", hint=hint, source=output)


def write_whole(output: str, text: str) -> None:
    """Write a file whole or not at all: beside it under another name, then renamed. What is no regular file (a device, a
    pipe) is written to directly."""
    data = text.encode("utf-8", "backslashreplace")
    try:
        target = Path(output).resolve()
        if target.exists() and not target.is_file():
            with target.open("wb", buffering=0) as device:
                device.write(data)
        else:
            _replace(target, data)
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise ContractKitError(f"cannot be written: {reason}", source=output) from None


def _replace(target: Path, data: bytes) -> None:
    from tempfile import mkstemp

    handle, name = mkstemp(prefix=f".{target.name[:100]}.", dir=target.parent)
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        beside.chmod(_mode(target))
        beside.replace(target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _mode(target: Path) -> int:
    """The permissions of the file that is replaced, or those that a new one gets."""
    with suppress(OSError):
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
