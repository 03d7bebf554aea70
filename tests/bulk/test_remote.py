"""Addresses instead of paths, through fsspec: its memory and its files stand for object storage here."""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contract_kit import Contract
from contract_kit.bulk import Job, remote, run
from contract_kit.bulk.inputs import Input, find
from contract_kit.cli.main import main
from contract_kit.errors import ContractKitError, InputError, UsageError
from contract_kit.examples import NOW

from .helpers import EXAMPLE, agree, came, expected, ndjson, record
from .test_processes import many

fsspec = pytest.importorskip("fsspec")
CONTRACT = Contract.bundled().for_org(EXAMPLE).at(NOW)


@pytest.fixture
def storage() -> Iterator[Any]:
    """The memory of fsspec, empty."""
    files = fsspec.filesystem("memory")
    files.store.clear()
    files.pseudo_dirs[:] = [""]
    yield files
    files.store.clear()


def put(storage: Any, name: str, data: bytes) -> str:
    storage.pipe_file(f"/{name}", data)
    return f"memory://{name}"


def job(tmp_path: Path, *inputs: str, **more: Any) -> Job:
    return Job(list(inputs), **{"org": EXAMPLE, "now": NOW, "work": str(tmp_path / "work"), **more})


def test_an_address_is_read_like_a_file(storage: Any, tmp_path: Path) -> None:
    data = many(300)
    address = put(storage, "in/members.ndjson", data)
    found = came(tmp_path, address, part_size=3000)  # type: ignore[arg-type]
    agree(found, expected(data, CONTRACT))
    assert {one["file"] for one in found.rejected} == {address}


def test_workers_read_their_parts_themselves(tmp_path: Path) -> None:
    data = many(300)
    source = tmp_path / "in.ndjson"
    source.write_bytes(data)
    agree(came(tmp_path, source.as_uri(), jobs=2, part_size=3000), expected(data, CONTRACT))  # type: ignore[arg-type]


def test_folders_and_patterns(storage: Any) -> None:
    for name in ("in/b.ndjson", "in/a.ndjson.gz", "in/deep/c.json", "in/.hidden.ndjson", "in/note.txt"):
        put(storage, name, gzip.compress(b"{}\n") if name.endswith(".gz") else b"{}\n")

    def names(*paths: str) -> list[str]:
        return [one.name.replace("memory:///", "memory://") for one in find(paths)]

    assert names("memory://in") == ["memory://in/a.ndjson.gz", "memory://in/b.ndjson", "memory://in/deep/c.json"]
    assert names("memory://in/*.ndjson") == ["memory://in/b.ndjson"]
    assert names("memory://in/b.ndjson", "memory://in/b.ndjson") == ["memory://in/b.ndjson"]


@pytest.mark.parametrize("format_", ["gz", "array", "parquet"])
def test_other_formats_are_read_from_addresses(storage: Any, tmp_path: Path, format_: str) -> None:
    records = [record("externalId E1"), record("externalId E1"), record("externalId E2", source="Instore")]
    if format_ == "gz":
        address = put(storage, "in.ndjson.gz", gzip.compress(ndjson(records)))
    elif format_ == "array":
        address = put(storage, "in.json", json.dumps(records).encode())
    else:
        import pyarrow as pa
        from pyarrow import parquet

        parquet.write_table(pa.Table.from_pylist(records), tmp_path / "in.parquet")
        address = put(storage, "in.parquet", (tmp_path / "in.parquet").read_bytes())
    assert [one["line"] for one in came(tmp_path, address).rejected] == ([1, 1] if format_ == "array" else [2, 3])  # type: ignore[arg-type]


def test_what_is_registered_may_lie_in_a_storage_too(storage: Any, tmp_path: Path) -> None:
    address = put(storage, "known.csv", b"source,type,value\nINSTORE,externalId,E1\n")
    source = tmp_path / "in.ndjson"
    source.write_bytes(ndjson([record("externalId E1"), record("externalId E2")]))
    assert [one["line"] for one in came(tmp_path, source, known=[address]).rejected] == [1]


def test_outputs_go_to_a_storage(storage: Any, tmp_path: Path) -> None:
    data = many(200)
    address = put(storage, "in.ndjson", data)
    good, bad = "memory://out/good.ndjson", "memory://out/bad.ndjson"
    outcome = run(job(tmp_path, address, accepted=good, rejected=bad, part_size=3000))
    oracle = expected(data, CONTRACT)
    assert storage.cat_file("/out/good.ndjson") == oracle.accepted
    lines = [json.loads(line)["line"] for line in storage.cat_file("/out/bad.ndjson").splitlines()]
    assert lines == [line for line, _ in oracle.rejected]
    assert outcome.written == {"accepted": good, "rejected": bad}
    assert not (tmp_path / "work").exists()


def test_the_command_takes_and_gives_addresses(storage: Any, capsys: pytest.CaptureFixture[str]) -> None:
    address = put(storage, "in.ndjson", ndjson([record("externalId E1")]))
    assert main(["bulk", address, "--accepted", "memory://ok", "--report", "memory://report.json"]) == 0
    capsys.readouterr()
    assert storage.cat_file("/ok") == ndjson([record("externalId E1")])
    assert json.loads(storage.cat_file("/report.json"))["records"] == 1


def test_an_output_that_fails_half_way_is_not_there(storage: Any) -> None:
    def fail(error: Exception) -> None:
        with remote.writing("memory://half") as out:
            out.write(b"half")
            raise error

    for error in (OSError(28, "no more"), RuntimeError("no more")):
        with pytest.raises(OSError, match="no more"):
            fail(error)
        assert not storage.exists("/half")


def test_an_input_that_changes_is_noticed(storage: Any, tmp_path: Path) -> None:
    address = put(storage, "in.ndjson", many(100))

    def change(progress: Any) -> None:
        if progress.records:
            put(storage, "in.ndjson", many(101))

    with pytest.raises(InputError, match="has changed while it was read"):
        run(job(tmp_path, address, rejected=str(tmp_path / "no"), part_size=2000), change)
    assert not (tmp_path / "no").exists()


def test_nothing_there(storage: Any) -> None:
    with pytest.raises(InputError, match="there is nothing at this address"):
        find(["memory://none.ndjson"])
    put(storage, "in/note.txt", b"")
    with pytest.raises(InputError, match="this address stands for no input"):
        find(["memory://in"])


def test_a_storage_that_breaks_ends_in_a_message(storage: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    address = put(storage, "in.ndjson", many(100))

    def broken(*arguments: Any, **more: Any) -> Any:
        raise RuntimeError("the token has expired\nand more")

    monkeypatch.setattr(type(storage), "_open", broken)
    with pytest.raises(InputError, match=r"cannot be read: the token has expired$"):
        run(job(tmp_path, address))
    there = [Input(address, "ndjson", False, *remote.stamp(address))]
    monkeypatch.setattr("contract_kit.bulk.running.find", lambda paths, format_: there)
    with pytest.raises(ContractKitError, match="the token has expired"):
        run(job(tmp_path, address))


def test_packages_that_lack_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="Protocol not known: quux"):
        remote.reachable("quux://bucket/in.ndjson")
    monkeypatch.setitem(sys.modules, "s3fs", None)
    with pytest.raises(InputError) as caught:
        remote.reachable("s3://bucket/in.ndjson")
    assert caught.value.hint == "Install fsspec and s3fs, or copy the files to a disk first"
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    with pytest.raises(InputError) as caught:
        remote.reachable("gs://bucket/in.ndjson")
    assert (caught.value.message, caught.value.hint) == (
        "gs:// needs the package fsspec",
        "Install fsspec and gcsfs, or copy the files to a disk first",
    )


def test_one_address_is_not_input_and_output(storage: Any, tmp_path: Path) -> None:
    address = put(storage, "in.ndjson", many(2))
    with pytest.raises(UsageError, match="is an input too"):
        run(job(tmp_path, "memory:///in.ndjson", accepted="memory:///in.ndjson"))
    with pytest.raises(UsageError, match="is another output too"):
        run(job(tmp_path, address, accepted="memory://o", rejected="memory://o"))


def test_paths_are_no_addresses() -> None:
    assert not any(map(remote.is_address, ("in.ndjson", "/in", "C:/in", "a:b", "-", "a::b", "://x", "x//y")))
    assert all(map(remote.is_address, ("s3://b/k", "simplecache::s3://b/k", "file:///in", "gs://b")))
