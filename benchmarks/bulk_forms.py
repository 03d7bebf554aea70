"""What templates save, by how many forms the records have: ``python benchmarks/bulk_forms.py [--records N]``.

Clean registrations in which so many members may be there or not, each in half of the records, so that they come in twice as
many forms with each member. Prints microseconds of CPU for a verdict by the sieve alone (``judge.sieve``), and by the sieve
with templates (``judge.templates``), what these take to be made included; and the same for records with blanks after colons
and commas.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
from bulk_input import good

from contract_kit import Contract, OrgProfile

ORG = Path(__file__).resolve().parent.parent / "fixtures" / "org" / "demo-org.yaml"
BLOCK = 390
"""Records that are judged in one go by a bulk run: 256 kB."""
OPTIONAL: tuple[Callable[[dict[str, Any]], object], ...] = (
    lambda body: body["profiles"][0].pop("lastName"),
    lambda body: body.pop("extendedFields"),
    lambda body: body["profiles"][0].pop("fields"),
    lambda body: body.pop("loyaltyInfo"),
    lambda body: body["profiles"][0]["commChannels"].pop(),
    lambda body: body["loyaltyProgramEnrollments"].pop(),
    lambda body: body["profiles"][0].pop("firstName"),
)


def texts(count: int, optional: int, dump: Callable[[Any], bytes]) -> list[bytes]:
    """The records."""
    rng = random.Random(1)
    found = []
    for number in range(count):
        body = good(number, rng)
        for leave_out in OPTIONAL[:optional]:
            if rng.random() < 0.5:
                leave_out(body)
        found.append(dump(body) + b"\n")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=300_000)
    options = parser.parse_args()
    contract = Contract.bundled().for_org(OrgProfile.from_path(str(ORG)))
    print("| forms | sieve | with templates | with blanks: sieve | with templates |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    for optional in (0, 1, 2, 3, 4, 5, 7):
        figures = []
        for dump in (orjson.dumps, lambda body: json.dumps(body).encode()):
            lines = texts(options.records, optional, dump)
            like = contract._proven(lines[0])
            sieve, templates = contract._proof.identities_of(like), contract._proof.templates_of(like, lines[:BLOCK])
            assert sieve is not None
            assert templates is not None
            for take in (lambda count, sieve=sieve: sieve, templates.take):
                started = time.process_time()
                for first in range(0, len(lines), BLOCK):
                    block = lines[first : first + BLOCK]
                    assert all(map(take(len(block)), block))
                figures.append(1e6 * (time.process_time() - started) / len(lines))
        print(f"| {2**optional} | {' | '.join(f'{figure:.1f}' for figure in figures)} |", flush=True)


if __name__ == "__main__":
    main()
