"""The marker that makes one test of each file in a folder of payloads."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from contract_kit.contract import KINDS
from contract_kit.errors import ContractKitError, InputError, UsageError
from contract_kit.names import nearest
from contract_kit.pytest_plugin.settings import located
from contract_kit.records import Record, find, read
from contract_kit.records.finding import Source, format_of


@dataclass(frozen=True, slots=True)
class PayloadFile:
    """A file of payloads: one JSON or YAML document, or one a line. ``kind`` says what they are: request, response, error
    or exchange. It is read when it is judged."""

    path: Path
    kind: str = "request"

    @property
    def data(self) -> bytes:
        """The file as it is."""
        return self.path.read_bytes()

    def records(self) -> Iterator[Record]:
        """Its payloads. Raises ``InputError`` where it cannot be read or holds nothing."""
        name = str(self.path)
        return read(Source(name, format_of(name)))

    def __str__(self) -> str:
        return str(self.path)


def parametrize(metafunc: pytest.Metafunc, marker: pytest.Mark) -> None:
    """Run a test function once for each file that its marker names."""
    try:
        folder, name, kind = _read(*marker.args, **marker.kwargs)
        if name not in metafunc.fixturenames:
            raise UsageError(f"{metafunc.function.__name__} has no argument {name!r} for the payload")
        files = list(_files(folder, metafunc))
    except TypeError:
        pytest.fail("the marker is contract_payloads(folder, name='payload', kind='request')", pytrace=False)
    except ContractKitError as error:
        pytest.fail(f"contract_payloads: {error}", pytrace=False)
    metafunc.parametrize(name, [pytest.param(PayloadFile(path, kind), id=called) for path, called in files])


def _read(folder: str | Path, name: str = "payload", kind: str = "request") -> tuple[str | Path, str, str]:
    if kind not in KINDS:
        near = nearest(str(kind), KINDS)
        raise UsageError(
            f"there is no kind {kind!r}", hint=f"Did you mean {near}?" if near else f"Kinds: {', '.join(KINDS)}"
        )
    return folder, name, kind


def _files(folder: Any, metafunc: pytest.Metafunc) -> Iterator[tuple[Path, str]]:
    """The files of a folder or a pattern, in the order of their names, with what their tests are called."""
    here = metafunc.definition.path.parent
    place = located(folder, here, metafunc.config)
    if not place.exists():
        # A pattern, or nothing: first from the test's own folder.
        try:
            sources = find([str(here / folder)])
        except InputError:
            sources = find([str(place)])
    else:
        sources = find([str(place)])
    paths = [Path(source.name) for source in sources]
    above = os.path.commonpath([path.parent for path in paths])
    for path in paths:
        yield path, path.relative_to(above).as_posix()
