"""Things that nobody sends on purpose: the server must not fail, not hang and not tell of itself (D12, D13)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from contract_kit.contract import Contract
from contract_kit.examples import graft
from contract_kit.fuzz.bodies import Bodies
from contract_kit.fuzz.mismatches import INJECTED_HEADER, ODD
from contract_kit.fuzz.steps import Case, Step

_BIG = 1_500_000
_LINE = f"x\r\n{INJECTED_HEADER}: yes"


def cases(contract: Contract, bodies: Bodies) -> Iterator[Case]:
    """One request each; a valid registration has to follow only where the contract says so."""
    for number, (name, step) in enumerate(_steps(bodies)):
        yield Case("robustness", name, (step,), 73 - number, laws=("D12 robustness",))


def _steps(bodies: Bodies) -> Iterator[tuple[str, Step]]:
    def planted(about: str, grafts: dict[str, Any], **parts: Any) -> tuple[str, Step]:
        return about, Step(
            graft(bodies.with_parts(list(grafts)), grafts), about=f"{ODD}{parts.pop('matter', about)}", **parts
        )

    def free(about: str, body: Any, **parts: Any) -> tuple[str, Step]:
        return about, Step(body, about=f"{ODD}{about}", any_answer=True, **parts)

    yield "no body", Step(None, about="json-syntax/no body")
    yield planted("NUL in a text", {"/profiles/0/firstName": "Sam\0ple"}, any_answer=True)
    yield planted("a character outside the BMP", {"/profiles/0/firstName": "Sample \U0001f600"}, any_answer=True)
    yield planted("a text of 6,000 characters", {"/profiles/0/firstName": "N" * 6000}, matter="a long text/in a name")
    yield planted(
        "values that nest deep",
        {
            "/profiles/0/commChannels": [
                {"type": "mobile", "value": bodies.value("mobile", 1), "attributes": {"odd": _nested(60)}}
            ]
        },
        any_answer=True,
    )
    yield planted(
        "a whole number beyond 64 bits",
        {"/loyaltyProgramEnrollments": [{"programId": 469, "loyaltyPoints": 2**64}]},
        any_answer=True,
    )
    type_ = next((one for one in bodies.types if one not in ("mobile", "email", "cardnumber")), bodies.types[0])
    many = [bodies.identifier(type_, number) for number in range(2, 103)]
    yield planted(
        "an array of more than 100 items",
        {"/profiles/0/identifiers": [*bodies.plain["profiles"][0]["identifiers"], *many]},
        any_answer=True,
    )
    big = json.dumps(bodies.plain)[:-1] + ', "x": "' + "x" * _BIG + '"}'
    yield (
        "a body of 1.5 million characters",
        Step(big, about=f"{ODD}an oversized body", any_answer=True, also=frozenset({413})),
    )
    yield planted("a line break in a text", {"/profiles/0/firstName": _LINE}, any_answer=True)
    yield free("a line break in the query", bodies.plain, query={"source": _LINE})
    yield "a body of blanks", Step("  \n", about="json-syntax/no body")
    yield free("a thousand arrays in each other", "[" * 1000 + "]" * 1000)
    yield free("a hundred thousand arrays in each other", "[" * 100_000 + "]" * 100_000)
    yield free("a number of 5,000 digits", json.dumps(bodies.plain)[:-1] + ', "x": ' + "9" * 5000 + "}")
    yield free("a repeated header", bodies.plain, headers=(("USER-CONTEXT-ENTITY-ID", "1"), ("USER-CONTEXT-ENTITY-ID", "2")))
    yield free("half of a character", json.dumps(bodies.plain)[:-1] + ', "x": "\\ud83d"}')
    yield free("a null as the body", "null")
    yield free("a text as the body", '"profiles"')
    yield free("a number as the body", "0")
    yield planted(
        "a text of 100,000 characters", {"/referralCode": "N" * 100_000}, any_answer=True, matter="a long text/in a code"
    )
    yield planted("quotes and commands", {"/profiles/0/lastName": "O'Neil\"; DROP TABLE customers; -- ${7*7} {{7*7}} <b>"})


def _nested(levels: int) -> object:
    value: object = "leaf"
    for _ in range(levels):
        value = {"in": value}
    return value
