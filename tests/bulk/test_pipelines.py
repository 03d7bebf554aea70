"""The page on other people's pipelines: its code runs where the packages are installed, and compiles elsewhere."""

from __future__ import annotations

import json
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from contract_kit import Contract
from contract_kit.bulk import validate_stream
from contract_kit.examples import NOW
from contract_kit.org import OrgProfile

from .helpers import EXAMPLE, record

PAGE = Path(__file__).resolve().parents[2] / "docs" / "bulk-pipelines.md"
BODIES = [record("externalId E1"), record("externalId E2", source="Instore"), record("externalId E3", firstName="Zoë")]
pytestmark = pytest.mark.filterwarnings("ignore")  # of theirs


def snippet(heading: str) -> str:
    """The Python below a heading of the page."""
    found = re.search(rf"^## {heading}$.*?^```py\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


def ran(heading: str, *needed: str, **more: Any) -> dict[str, Any]:
    """The names that the Python below a heading leaves behind. Skips where a package lacks."""
    code = compile(snippet(heading), f"{PAGE.name}: {heading}", "exec")
    for package in needed:
        if find_spec(package) is None:
            pytest.skip(f"{package} is not installed: the page's Python was compiled only")
    names: dict[str, Any] = {
        "contract": Contract.bundled().for_org(EXAMPLE).at(NOW),
        "validate_stream": validate_stream,
        "profile": EXAMPLE.to_mapping(),
        **more,
    }
    exec(code, names)
    return names


def test_pandas(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("members.ndjson").write_text("".join(json.dumps({"id": n, "body": body}) + "\n" for n, body in enumerate(BODIES)))
    frame = ran("pandas", "pandas")["frame"]
    assert frame["accepted"].tolist() == [True, False, True]
    assert frame["codes"].tolist() == [[], [3217], []]
    assert [json.loads(line)["body"] for line in Path("good.ndjson").read_text().splitlines()] == [BODIES[0], BODIES[2]]


def test_polars(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    if find_spec("polars") is not None:
        import polars

        polars.DataFrame({"body": [json.dumps(body) for body in BODIES]}).write_parquet("members.parquet")
    names = ran("Polars", "polars")
    good = names["pl"].read_parquet("good.parquet")["body"].to_list()
    assert [json.loads(body) for body in good] == [BODIES[0], BODIES[2]]


def test_spark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Spark itself: what it would do with the function, over two batches."""
    monkeypatch.chdir(tmp_path)
    import pyarrow as pa

    class Spark:
        read = property(lambda self: self)

        def parquet(self, name: str) -> Spark:
            return self

        def mapInArrow(self, function: Any, schema: str) -> list[Any]:
            return list(function(pa.RecordBatch.from_pydict({"body": [json.dumps(body)]}) for body in BODIES))

    function = ran("Spark", "pyarrow", spark=Spark())["judge"]
    rows = Spark().mapInArrow(function, "")
    assert [row.to_pydict()["accepted"] for row in rows] == [[True], [False], [True]]
    assert [row.to_pydict()["codes"] for row in rows] == [[[]], [[3217]], [[]]]
    assert OrgProfile.from_mapping(EXAMPLE.to_mapping()) == EXAMPLE
