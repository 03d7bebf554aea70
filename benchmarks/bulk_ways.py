"""What a bulk run costs however a file is written, and whatever all of its records have wrong.

python benchmarks/bulk_ways.py [--records N]

Registrations with values of their own (``bulk_input.py --varied``), 5 % bad, full rules, org profile, duplicates and all
outputs, one job: in the plainest way first, and then in others; at last with something in every record that a rule speaks
of, with a value of its own. Prints microseconds of CPU a record, without the start of the process, and as a ratio to the
first. A file that falls off a cliff shows here.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
from bulk_input import records

from bulk import kit, measured

Change = Callable[[dict[str, Any], random.Random], object]


def _names(signs: str) -> Change:
    """Names of these signs."""

    def change(body: dict[str, Any], rng: random.Random) -> None:
        body["profiles"][0] |= {name: "".join(rng.choices(signs, k=5)) for name in ("firstName", "lastName")}

    return change


def _day(rng: random.Random, separator: str, first: int) -> str:
    return separator.join((str(first + rng.randrange(50)), f"{rng.randint(1, 12):02}", f"{rng.randint(1, 28):02}"))


def _mobile(start: str) -> Change:
    """Other mobile numbers, in identifiers and channels."""

    def change(body: dict[str, Any], rng: random.Random) -> None:
        value = f"{start}{rng.randrange(10**8):08}"
        for item in (*body["profiles"][0]["identifiers"][:1], *body["profiles"][0]["commChannels"][:1]):
            item["value"] = value

    return change


def _enrolled(**dates: Callable[[random.Random], str]) -> Change:
    return lambda body, rng: body["loyaltyProgramEnrollments"][0].update({name: date(rng) for name, date in dates.items()})


def _nothing(body: dict[str, Any], rng: random.Random) -> None:
    pass


def _lines(dump: Callable[[Any], bytes]) -> Callable[[list[Any]], bytes]:
    return lambda bodies: b"".join(dump(body) + b"\n" for body in bodies)


def _compact(body: Any) -> bytes:
    return orjson.dumps(body)


def _loose(body: Any) -> bytes:
    """With blanks, and escapes for all that is no ASCII."""
    return json.dumps(body).encode()


WAYS: tuple[tuple[str, Change, Callable[[list[Any]], bytes], str], ...] = (
    ("NDJSON without blanks", _nothing, _lines(_compact), "ndjson"),
    ("blanks after colons and commas", _nothing, _lines(_loose), "ndjson"),
    ("one JSON array", _nothing, _loose, "json"),
    ("one JSON array, indented", _nothing, lambda bodies: json.dumps(bodies, indent=2).encode(), "json"),
    ("names in Japanese", _names("長谷川田中山本花子"), _lines(_compact), "ndjson"),
    ("names in Japanese, escaped", _names("長谷川田中山本花子"), _lines(_loose), "ndjson"),
    ("names in Hindi", _names("आशारमविकेताीु"), _lines(_compact), "ndjson"),
    ("names in Russian, escaped", _names("абвгдежзик"), _lines(_loose), "ndjson"),
    (
        "dates of birth",
        lambda body, rng: body["extendedFields"].update(dob=_day(rng, "/", 1950)),
        _lines(_compact),
        "ndjson",
    ),
    (
        "in each record a member that is unknown",
        lambda body, rng: body["profiles"][0].update(memberSince=_day(rng, "-", 1970)),
        _lines(_compact),
        "ndjson",
    ),
    ("in each a mobile number without country code", _mobile("79"), _lines(_compact), "ndjson"),
    ("in each a mobile number with +", _mobile("+9198"), _lines(_compact), "ndjson"),
    (
        "in each a tier that ended",
        _enrolled(tierExpiryDate=lambda rng: _day(rng, "-", 1970) + "T10:00:00+05:30"),
        _lines(_compact),
        "ndjson",
    ),
    (
        "in each a date without a time",
        _enrolled(tierExpiryDate=lambda rng: _day(rng, "-", 2030)),
        _lines(_compact),
        "ndjson",
    ),
    ("in each a name with a blank at its end", _names("abcdefgh "), _lines(_compact), "ndjson"),
)


def _table(bodies: list[Any], file: Path) -> None:
    """The people of registrations as CSV, and what maps its columns."""
    with file.open("w", newline="", encoding="utf-8") as stream:
        rows = csv.writer(stream)
        rows.writerow(["mobile", "email", "first", "last", "city"])
        for body in bodies:
            profile = body["profiles"][0]
            values = [item["value"] for item in profile["commChannels"]]
            rows.writerow([*values, profile["firstName"], profile["lastName"], body["extendedFields"]["city"]])
    mapping = {
        "constants": {"/profiles/0/source": "INSTORE"},
        "columns": {
            "mobile": "identifier mobile", "email": "identifier email", "first": "/profiles/0/firstName",
            "last": "/profiles/0/lastName", "city": "/extendedFields/city",
        },
    }  # fmt: skip
    file.with_suffix(".yaml").write_text(json.dumps(mapping))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=200_000)
    options = parser.parse_args()
    lines = [*records(options.records, 0.05, 0.01, varied=True)]
    with TemporaryDirectory() as name:
        folder = Path(name)
        one = folder / "one.ndjson"
        one.write_bytes(lines[0])
        start = measured(kit(folder, one, 1, "2GB")).cpu
        first = 0.0

        def tell(way: str, command: list[str]) -> None:
            nonlocal first
            taken = 1e6 * (measured(command).cpu - start) / options.records
            first = first or taken
            print(f"| {way} | {taken:.1f} | {taken / first:.1f} |", flush=True)

        print("| way | µs CPU | × the first |\n| --- | ---: | ---: |")
        for way, change, write, ending in WAYS:
            rng = random.Random(1)
            bodies = [*map(orjson.loads, lines)]
            for body in bodies:
                change(body, rng)
            file = folder / f"in.{ending}"
            file.write_bytes(write(bodies))
            tell(way, kit(folder, file, 1, "2GB"))
        file = folder / "in.csv"
        _table([*map(orjson.loads, lines)], file)
        tell("CSV, five columns", [*kit(folder, file, 1, "2GB"), "--mapping", str(file.with_suffix(".yaml"))])


if __name__ == "__main__":
    sys.exit(main())
