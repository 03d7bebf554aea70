"""Writes the registrations that conversations consist of: numbered people, in places, by pairs of type and number."""

from __future__ import annotations

from typing import Any

from contract_kit.fuzz.bodies import Bodies


class Writer:
    """Writes registrations of numbered people by pairs of type and number."""

    def __init__(self, bodies: Bodies) -> None:
        self._bodies = bodies
        self._extra = 500

    def items(self, *people: tuple[str, int]) -> list[dict[str, Any]]:
        """Identifiers; mandatory types that lack are added as people of their own."""
        items = [self._bodies.identifier(type_, number) for type_, number in people]
        for attribute in self._bodies.org.mandatory:
            if attribute in self._bodies.types and all(type_ != attribute for type_, _ in people):
                self._extra += 1
                items.append(self._bodies.identifier(attribute, self._extra))
        return items

    def at(self, place: int, *people: tuple[str, int], **members: Any) -> dict[str, Any]:
        """A registration in one place."""
        return self._bodies.body(self._bodies.profile(place, *self.items(*people)), **members)

    def profile(self, place: int, *people: tuple[str, int], **members: Any) -> dict[str, Any]:
        """A profile in one place."""
        return self._bodies.profile(place, *self.items(*people), **members)


def second_source(bodies: Bodies) -> int | None:
    first = bodies.places[0][0]
    return next((number for number, (source, _) in enumerate(bodies.places) if source != first), None)


def named(body: dict[str, Any], first: str, last: str = "Customer") -> dict[str, Any]:
    body["profiles"][0] |= {"firstName": first, "lastName": last}
    return body


def detailed(bodies: Bodies, body: dict[str, Any], text: str) -> dict[str, Any]:
    """The body with a text in an extended field that takes any."""
    fields = bodies.org.extended_fields
    names = (
        ["city"] if fields is None else [name for name, field in fields.items() if field.type == "string" and not field.enum]
    )
    return body | {"extendedFields": {**body.get("extendedFields", {}), names[0]: text}} if names else body


def changed(body: dict[str, Any], type_: str, change: Any) -> None:
    for item in body["profiles"][0]["identifiers"]:
        if item["type"] == type_:
            item["value"] = change(item["value"])
            return
