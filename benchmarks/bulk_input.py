"""Write synthetic registrations: ``python benchmarks/bulk_input.py 1000000 members.ndjson [--varied] [--unknown]``.

NDJSON, some 650 bytes a record, clean under ``fixtures/org/demo-org.yaml`` but for the share that is bad: of those 70 %
break the schema, the others a rule. Of the records that are good so many repeat an identifier of an earlier one as
``--repeated`` says, half of them in another source. ``--varied`` gives each record names, a city, points and dates of its
own, ``--unknown`` a member that the contract does not know. All identities are made up; the same arguments write the same
bytes.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson

CITIES = ("Pune", "Mumbai", "Tokyo", "Osaka", "Delhi", "Nagoya", "Chennai", "Kyoto")
FIRST = ("Asha", "Ravi", "Kenji", "Yumi", "Meera", "Arjun", "Hana", "Sora", "Divya", "Takumi")
SYLLABLES = ("ka", "mi", "to", "ra", "su", "ne", "ha", "yo", "li", "po", "gu", "da", "ve", "so", "ti", "na")
LAST = ("Sample", "Example", "Specimen", "Muster", "Placeholder", "Test")


def good(number: int, rng: random.Random) -> dict[str, Any]:
    """A clean registration; its identifiers are its own."""
    mobile, mail = f"9198{number:08d}", f"customer.{number}@shop.example"
    return {
        "loyaltyInfo": {"loyaltyType": "loyalty"},
        "associatedWith": "bukl.till",
        "profiles": [
            {
                "firstName": rng.choice(FIRST),
                "lastName": rng.choice(LAST),
                "identifiers": [{"type": "mobile", "value": mobile}, {"type": "email", "value": mail}],
                "commChannels": [
                    {"type": "mobile", "value": mobile, "primary": True, "verified": True},
                    {"type": "email", "value": mail, "primary": True, "verified": False},
                ],
                "fields": {"employee": "false"},
                "source": "INSTORE",
            }
        ],
        "extendedFields": {"city": rng.choice(CITIES)},
        "loyaltyProgramEnrollments": [
            {
                "programId": 469,
                "tierNumber": rng.randint(1, 3),
                "loyaltyPoints": rng.randint(0, 999),
                "tierExpiryDate": "2039-05-11T16:36:17+05:30",
                "pointsExpiryDate": "2039-05-11T16:36:17+05:30",
            }
        ],
    }


def _varied(body: dict[str, Any], rng: random.Random) -> None:
    """Give a person values that few others have."""
    profile, (enrollment,) = body["profiles"][0], body["loyaltyProgramEnrollments"]
    profile["firstName"], profile["lastName"], body["extendedFields"]["city"] = (
        "".join(rng.choices(SYLLABLES, k=rng.randint(3, 7))).title() for _ in range(3)
    )
    enrollment["loyaltyPoints"] = rng.randrange(10**7)
    for member, year in (("pointsExpiryDate", 2038), ("tierExpiryDate", 2039)):
        day, second = rng.randrange(360), rng.randrange(86400)
        clock = f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
        enrollment[member] = f"{year}-{day // 30 + 1:02}-{day % 28 + 1:02}T{clock}+05:30"


def _set(body: dict[str, Any], member: str, value: Any) -> None:
    body["profiles"][0][member] = value


SCHEMA_BAD: tuple[Callable[[dict[str, Any]], None], ...] = (
    lambda body: _set(body, "source", "Instore"),
    lambda body: body["profiles"][0].pop("source"),
    lambda body: _set(body, "identifiers", []),
    lambda body: body["profiles"][0]["identifiers"][0].update(value=919800000001),
    lambda body: body["loyaltyProgramEnrollments"][0].update(tierExpiryDate="2039-05-11"),
)
RULE_BAD: tuple[Callable[[dict[str, Any]], None], ...] = (
    lambda body: body["profiles"][0]["identifiers"][0].update(value="91980"),
    lambda body: body["profiles"][0]["identifiers"].append(dict(body["profiles"][0]["identifiers"][0])),
    lambda body: _set(body, "source", "TMALL"),
)


def records(
    count: int, bad: float, repeated: float, seed: int = 1, *, varied: bool = False, unknown: bool = False
) -> Iterator[bytes]:
    """The lines."""
    rng = random.Random(seed)
    for number in range(count):
        body = good(number, rng)
        if varied:
            _varied(body, rng)
        if unknown:
            _set(body, "gender", rng.choice("FM"))
        if rng.random() < bad:
            rng.choice(SCHEMA_BAD if rng.random() < 0.7 else RULE_BAD)(body)
        elif number and rng.random() < repeated:
            earlier = rng.randrange(number)
            body["profiles"][0]["identifiers"][0]["value"] = f"9198{earlier:08d}"
            body["profiles"][0]["commChannels"][0]["value"] = f"9198{earlier:08d}"
            if rng.random() < 0.5:
                _set(body, "source", "WEBSITE")
        yield orjson.dumps(body) + b"\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int)
    parser.add_argument("file", type=Path)
    parser.add_argument("--bad", type=float, default=0.05, help="share of bad records (default: 0.05)")
    parser.add_argument("--repeated", type=float, default=0.01, help="share that repeats an identifier (default: 0.01)")
    parser.add_argument("--varied", action="store_true", help="values that few others have")
    parser.add_argument("--unknown", action="store_true", help="a member in each that the contract does not know")
    options = parser.parse_args()
    kinds = {"varied": options.varied, "unknown": options.unknown}
    with options.file.open("wb", buffering=1 << 20) as stream:
        for line in records(options.count, options.bad, options.repeated, **kinds):
            stream.write(line)


if __name__ == "__main__":
    main()
