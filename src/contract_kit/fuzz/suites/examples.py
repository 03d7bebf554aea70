"""The documented examples, as other people: what the documentation shows has to work."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

from contract_kit.contract import Contract
from contract_kit.fuzz.bodies import Bodies
from contract_kit.fuzz.steps import Case, Step


def cases(contract: Contract, bodies: Bodies) -> Iterator[Case]:
    """The plain registration, every part at once, and each example of the document."""
    yield Case("examples", "a plain registration", (Step(bodies.plain, look=True),), 100, valid=True)
    yield Case("examples", "every part at once", (Step(bodies.whole, look=True),), 99, valid=True)
    content = contract.spec.operation["requestBody"]["content"]["application/json"]
    for name, example in content.get("examples", {}).items():
        yield Case("examples", f"example {name}", (Step(deepcopy(example["value"])),), 80, valid=True)
