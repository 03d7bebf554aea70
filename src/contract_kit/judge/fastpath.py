"""The fast path's schema: what it accepts needs no rule but the few that ``proof`` looks at itself.

The rules' guards are merged into a stricter form of the body's schema. What that accepts, and a short residue of Python
for what a schema cannot say, is certainly free of findings; everything else takes the normal way, which alone speaks. A
property test holds that the fast path never accepts a body in which the normal way finds anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from contract_kit.judge.residue import PROVEN
from contract_kit.judge.schemas import compiled
from contract_kit.view import ARRAYS, OPEN_KINDS, SINGLE_OBJECTS

if TYPE_CHECKING:
    from contract_kit.judge.runner import Runner

_DATE = (
    "^[12][0-9]{3}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
    "T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9][+-](?:[01][0-9]|2[0-3]):[0-5][0-9]$"
)
_DATE_FORM = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[+-][0-9]{2}:[0-9]{2}$"
"""The document's own pattern, which the stricter one implies."""

BODY_KINDS = ("body", "profile", "identifier", "channel", "enrollment")

_SCALARS = ["string", "number", "integer", "boolean", "null"]


def strict_schema(runner: Runner) -> dict[str, Any] | None:
    """The stricter schema for the rules that apply, or ``None`` where some rule gives neither guard nor residue: then there
    is no fast path, and nothing is lost but time."""
    guards: dict[str, list[Mapping[str, Any]]] = {}
    context = runner.context
    for kind in BODY_KINDS:
        for rule in runner.rules(kind):
            if rule.guard is not None:
                for place, fragment in rule.guard(context).items():
                    guards.setdefault(place, []).append(fragment)
            elif not (rule.residue and rule.code in PROVEN):
                return None
    try:
        strict: dict[str, Any] = _flat(_Strict(runner.spec, guards).schema("body", runner.spec.body_schema))
    except ValueError:
        return None  # a guard that the engine cannot take, such as an odd prefix in an org profile
    return strict | {"components": runner.spec.document["components"]} if _refers(strict) else strict


def build(strict: Mapping[str, Any] | None) -> Any:
    """The compiled stricter schema, or ``None`` where there is none that the engine takes."""
    try:
        return compiled(dict(strict)) if strict is not None else None
    except ValueError:
        return None


class _Strict:
    """Writes the body's schema anew, references resolved and guards merged in."""

    def __init__(self, spec: Any, guards: Mapping[str, list[Mapping[str, Any]]]) -> None:
        self._spec = spec
        self._guards = guards

    def schema(self, kind: str, reference: Any) -> dict[str, Any]:
        """The strict schema of one kind of object."""
        base = _constraints(self._spec.resolve(reference))
        if kind in OPEN_KINDS:
            base.setdefault("additionalProperties", {"type": _SCALARS})
        properties = base.get("properties", {})
        for member, schema in properties.items():
            child = SINGLE_OBJECTS.get(kind, {}).get(member)
            item = ARRAYS.get(kind, {}).get(member)
            if child:
                properties[member] = self.schema(child, schema)
            elif item:
                array = _constraints(self._spec.resolve(schema))
                array["items"] = self.schema(item, array.get("items", {}))
                properties[member] = array
            else:
                properties[member] = self._leaf(schema)
        if isinstance(base.get("additionalProperties"), dict):
            base["additionalProperties"] = self._leaf(base["additionalProperties"])
        return _merged(base, self._guards.get(kind, []))

    def _leaf(self, reference: Any) -> dict[str, Any]:
        schema = self._resolved(reference)
        if schema.get("format") == "date-time":
            return _certain_date(schema)
        if not schema.keys().isdisjoint(("enum", "const", "oneOf", "anyOf")):
            return schema
        types = schema.setdefault("type", _SCALARS)
        types = [types] if isinstance(types, str) else types
        extra: list[Mapping[str, Any]] = [] if set(types) <= set(_SCALARS) else [{"type": _SCALARS}]
        if "string" in types:
            extra += self._guards.get("text", [])
        if "number" in types or "integer" in types:
            extra += self._guards.get("number", [])
        return _merged(schema, extra)

    def _resolved(self, reference: Any) -> dict[str, Any]:
        """A leaf schema without references."""
        schema = _constraints(self._spec.resolve(reference))
        for keyword in ("oneOf", "anyOf", "allOf"):
            if keyword in schema:
                listed = _listed(schema[keyword])
                if listed and keyword != "allOf":
                    return {"enum": listed}
                schema[keyword] = [self._leaf(branch) for branch in schema[keyword]]
        return schema


def _refers(schema: Any) -> bool:
    """Whether a reference is left in keywords that are not looked into, such as ``not``."""
    if isinstance(schema, dict):
        return "$ref" in schema or any(_refers(part) for part in schema.values())
    return isinstance(schema, list) and any(_refers(part) for part in schema)


def _constraints(schema: Any) -> dict[str, Any]:
    """A copy without what does not constrain."""
    if isinstance(schema, bool):
        return {} if schema else {"enum": []}
    spare = ("description", "title", "examples", "example", "default")
    return {key: deepcopy(value) for key, value in schema.items() if not key.startswith("x-") and key not in spare}


def _merged(base: dict[str, Any], guards: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """``base`` and all of ``guards``: members' guards go to the members, a closed list of names closes the object, and
    guards under the same condition become one."""
    rest: list[Any] = []
    conditions: dict[str, dict[str, Any]] = {}
    for guard in guards:
        left = dict(guard)
        names = left.pop("propertyNames", None)
        if names is not None:
            if "properties" in base and set(names.get("enum", ())) == set(base["properties"]):
                base["additionalProperties"] = False
            else:
                rest.append({"propertyNames": names})
        for member, schema in left.pop("properties", {}).items():
            base |= _members(base, {"properties": {member: schema}})
        if "required" in left:
            base["required"] = sorted({*base.get("required", ()), *left.pop("required")})
        if set(left) <= {"if", "then", "else"} and left:
            known = conditions.setdefault(repr(left["if"]), {"if": left["if"]})
            for side in ("then", "else"):
                if side in left:
                    known[side] = both(known.get(side, {}), left[side])
        elif left and left not in rest:
            rest.append(left)
    rest += _chained(list(conditions.values()))
    for part in list(rest):
        if set(part) <= {"if", "then", "else"} and "if" not in base:
            base |= part
            rest.remove(part)
    return base | {"allOf": [*base.get("allOf", []), *rest]} if rest else base


def _flat(schema: Any) -> Any:
    """The same schema with what can be said in one place said there: parts of ``allOf`` joined to it, and a list of values
    in place of all else where there is one."""
    if isinstance(schema, list):
        return [_flat(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {
        keyword: {name: _flat(member) for name, member in value.items()} if keyword == "properties" else _flat(value)
        for keyword, value in schema.items()
        if keyword not in ("allOf", "enum", "const", "required")
    }
    found |= {keyword: schema[keyword] for keyword in ("enum", "const", "required") if keyword in schema}
    for part in schema.get("allOf", ()):
        found = both(found, _flat(part))
    if "enum" in found and len(found) > 1:
        rest = compiled({keyword: value for keyword, value in found.items() if keyword != "enum"})
        return {"enum": [value for value in found["enum"] if rest.is_valid(value)]}
    return found


def _chained(conditions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Conditions on one member's being a certain constant exclude each other: one chain of them asks less often."""
    exclusive = [item for item in conditions if constant(item["if"]) is not None]
    others = [item for item in conditions if constant(item["if"]) is None]
    if len({member for member, _ in map(constant, (item["if"] for item in exclusive))}) != 1:  # type: ignore[misc]
        return conditions

    def alternatives(without: dict[str, Any] | None) -> dict[str, Any]:
        schema: dict[str, Any] = {}
        for item in exclusive:
            if item is not without:
                schema = both(schema, item.get("else", {}))
        return schema

    chain = alternatives(None)
    for item in reversed(exclusive):
        then = both(item.get("then", {}), alternatives(item))
        chain = {"if": item["if"], "then": then, "else": chain}
    return [chain, *others]


def constant(condition: Any) -> tuple[str, Any] | None:
    """The member and the constant of a condition of that form."""
    properties = condition.get("properties", {})
    if list(condition) == ["properties"] and len(properties) == 1:
        ((member, schema),) = properties.items()
        if isinstance(schema, dict) and list(schema) == ["const"]:
            return member, schema["const"]
    return None


_JOINED: dict[str, Callable[[Any, Any], Any]] = {
    "maxItems": min, "maxLength": min, "maximum": min, "minItems": max, "minLength": max, "minimum": max,
    "required": lambda one, other: sorted({*one, *other}),
    "enum": lambda one, other: [value for value in one if value in other] or [None],
    "type": lambda one, other: "integer" if {one, other} == {"number", "integer"} else None,
    "allOf": lambda one, other: [*one, *other],
}  # fmt: skip


_MEMBERS = ("properties", "additionalProperties")
_CONDITION = ("if", "then", "else")


def _members(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """What both say of members. One that is named is no additional one any more, and takes with it what holds for those."""
    general = [side.get("additionalProperties", True) for side in (one, other)]
    named = [side.get("properties", {}) for side in (one, other)]
    found: dict[str, Any] = {}
    if named[0] or named[1]:
        found["properties"] = {
            name: both(named[0].get(name, general[0]), named[1].get(name, general[1]))
            for name in dict.fromkeys((*named[0], *named[1]))
        }
    if general != [True, True]:
        found["additionalProperties"] = both(*general)
    return found


def both(one: Any, other: Any) -> Any:
    """A schema that holds both; flat wherever two keywords of a kind can be made one."""
    if one is False or other is False:
        return False
    one, other = ({} if side is True else side for side in (one, other))
    joined = one | _members(one, other)
    apart: dict[str, Any] = {}
    if not one.keys().isdisjoint(_CONDITION):
        apart = {keyword: other[keyword] for keyword in _CONDITION if keyword in other}  # if, then and else are one
    for keyword, value in other.items():
        if keyword in _MEMBERS or keyword in apart:
            continue
        if keyword not in joined or joined[keyword] == value:
            joined[keyword] = value
            continue
        own = joined[keyword]
        simple = keyword in _JOINED and (keyword != "type" or (isinstance(own, str) and isinstance(value, str)))
        both = _JOINED[keyword](own, value) if simple else None
        if both is None:
            apart[keyword] = value
        else:
            joined[keyword] = both
    if apart:
        joined["allOf"] = [*joined.get("allOf", []), apart]
    return joined


def _listed(branches: Sequence[Mapping[str, Any]]) -> list[Any] | None:
    """The values of a union whose branches all list theirs, such as a boolean or the same as a word."""
    values: list[Any] = []
    for branch in branches:
        if branch.get("type") == "boolean":
            values += [True, False]
        elif "enum" in branch:
            values += branch["enum"]
        else:
            return None
    return values


def _certain_date(schema: dict[str, Any]) -> dict[str, Any]:
    """Instead of a date and time checked for real, a pattern of those that exist in every year."""
    certain = {key: value for key, value in schema.items() if key not in ("format", "pattern")}
    own = {"pattern": schema["pattern"]} if schema.get("pattern", _DATE_FORM) != _DATE_FORM else {}
    return both({**certain, "pattern": _DATE}, own)  # type: ignore[no-any-return]
