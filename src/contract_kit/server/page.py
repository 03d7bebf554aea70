"""The server's front page: what is served here, to be read by people. One file of HTML, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; } h3 { font-size: 1rem; }
table { border-collapse: collapse; width: 100%; display: block; overflow-x: auto; }
th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #8884; }
code, pre { font-family: ui-monospace, monospace; font-size: .9em; }
pre { background: #8881; padding: .8rem; overflow-x: auto; } .broken { border-left: .3rem solid #c33; padding-left: .8rem; }
"""
_BODY = '{"profiles": [{"source": "INSTORE", "identifiers": [{"type": "externalId", "value": "E-1"}]}]}'
_PATHS = (
    ("POST /v2/customers", "register a customer: the contract"),
    ("GET /v2/customers/{id}", "a customer as they are kept; beside the contract"),
    ("GET /v2/extendedFields", "the organisation's extended fields; beside the contract"),
    ("GET /openapi.yaml, /openapi.json", "the contract as served here"),
    ("GET /probe.yaml", "what is offered beside it"),
    ("GET /health", "whether the server is well"),
)


def page(document: Mapping[str, Any], org: str | None, defects: Sequence[str] = ()) -> str:
    """The page for a contract document as it is served, with the defects that the server has been given."""
    operation = document["paths"]["/customers"]["post"]
    title = escape(document["info"]["title"])
    whose = f" for {escape(org)}" if org else ", without an org profile"
    version, about = escape(document["info"]["version"]), escape(operation["description"])
    parts = [f"<h1>{title}</h1>", f"<p>Contract {version}, reference server{whose}. {about}</p>"]
    if defects:
        named = ", ".join(f"<code>{escape(name)}</code>" for name in defects)
        parts.append(f'<p class="broken">This server is broken on purpose: {named}.</p>')
    curl = (
        f"curl -u till.one:secret -H 'Content-Type: application/json' -d '{_BODY}' \\\n  http://localhost:8080/v2/customers"
    )
    parts += [
        "<h2>What is here</h2>",
        _table(("request", "purpose"), ((_code(path), escape(purpose)) for path, purpose in _PATHS)),
        f"<p>For example, with the address and the credentials of your server:</p><pre>{escape(curl)}</pre>",
        "<p>To rehearse an answer, add <code>Prefer: code=8006</code> or <code>Prefer: status=429</code>.</p>",
        "<h2>Parameters</h2>",
        _table(("name", "in", "meaning"), (_parameter(_resolved(item, document)) for item in operation["parameters"])),
        "<h2>Body and answers</h2>",
        *(_schema(name, schema, document) for name, schema in document["components"]["schemas"].items()),
        "<h2>Statuses</h2>",
        _table(
            ("status", "meaning"),
            ((_code(status), escape(answer["description"])) for status, answer in operation["responses"].items()),
        ),
        "<h2>API codes</h2>",
        _table(("code", "kind", "meaning", "what to do"), map(_api_code, document["x-api-codes"])),
    ]
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title><style>{_STYLE}</style></head>'
        f"<body>{''.join(parts)}</body></html>\n"
    )


def _schema(name: str, schema: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    heading = f"<h3>{_code(name)}</h3>"
    about = f"<p>{escape(schema.get('description', schema.get('title', '')))}</p>"
    members = schema.get("properties")
    if not members:
        return f"{heading}{about}<p>{_code(_type(schema, document))}</p>"
    required = schema.get("required", ())
    rows = (
        (
            _code(member) + ("&nbsp;*" if member in required else ""),
            _code(_type(child, document)),
            escape(_resolved(child, document).get("description", "")),
        )
        for member, child in members.items()
    )
    return f"{heading}{about}{_table(('member', 'type', 'meaning'), rows)}"


def _type(schema: Any, document: Mapping[str, Any]) -> str:
    """A schema's type in a few words: a component by its name, an array by its items, a union by its branches."""
    if not isinstance(schema, Mapping):
        return "any"
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    for keyword in ("oneOf", "anyOf"):
        if keyword in schema:
            return " or ".join(_type(branch, document) for branch in schema[keyword])
    if "enum" in schema:
        return " ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return f"{_type(schema.get('items', {}), document)}[]"
    kinds = schema.get("type", "any")
    return " or ".join(kinds) if isinstance(kinds, list) else str(kinds)


def _parameter(item: Mapping[str, Any]) -> tuple[str, ...]:
    return _code(item["name"]), escape(item["in"]), escape(item.get("description", ""))


def _api_code(entry: Mapping[str, Any]) -> tuple[str, ...]:
    return _code(entry["code"]), escape(entry["kind"]), escape(entry["meaning"]), escape(entry["cause"])


def _resolved(node: Any, document: Mapping[str, Any]) -> Any:
    while isinstance(node, Mapping) and "$ref" in node:
        found: Any = document
        for step in node["$ref"].lstrip("#/").split("/"):
            found = found[step]
        node = found
    return node


def _code(text: object) -> str:
    return f"<code>{escape(str(text))}</code>"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    first = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    rest = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><tr>{first}</tr>{rest}</table>"
