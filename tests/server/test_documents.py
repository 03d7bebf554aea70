"""What the server serves beside its operations: the contract, a page, its health."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
import yaml
from openapi_spec_validator import validate
from starlette.applications import Starlette

from contract_kit import Contract

from .client import Asks, ask, look, post
from .conftest import Serving


class Page(HTMLParser):
    """Whether a page is well formed, and what it refers to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta",):
            self.open.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "action")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_contract_as_json_and_yaml(server: Starlette, contract: Contract) -> None:
    document = look(server, "/openapi.json").body
    assert look(server, "/openapi.json").headers["content-type"] == "application/json"
    assert yaml.safe_load(look(server, "/openapi.yaml").data) == document
    validate(document)
    assert document["servers"][0]["url"] == "/v2"
    own = contract.effective_document()
    own["servers"] = document["servers"]
    assert document == json.loads(json.dumps(own))


def test_without_an_org_the_contract_is_the_bundled_one(serving: Serving, bundled: Contract) -> None:
    document = look(serving(contract=bundled), "/openapi.json").body
    assert document["paths"] == bundled.document["paths"]
    assert document["components"] == bundled.document["components"]


def test_the_page_is_whole_and_needs_nothing_from_elsewhere(server: Starlette, contract: Contract) -> None:
    said = look(server, "/")
    assert said.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in said.headers["content-security-policy"]
    text = said.data.decode()
    page = Page(text)
    assert page.open == []
    assert page.addresses == []
    assert "url(" not in text
    assert "<script" not in text
    for word in ("example-brand", *map(str, contract.api_codes), *contract.document["components"]["schemas"]):
        assert word in text


def test_the_page_says_that_a_server_is_broken(serving: Serving) -> None:
    assert "broken on purpose: <code>id-zero</code>" in look(serving(defects=["id-zero"]), "/").data.decode()
    assert "broken" not in re.sub("<style>.*</style>", "", look(serving(), "/").data.decode(), flags=re.DOTALL)


def test_health(server: Starlette, registration: dict[str, Any], contract: Contract) -> None:
    assert look(server, "/health").body == {"status": "ok", "contract": contract.version, "identifiers": 0}
    post(server, registration)
    assert look(server, "/health").body["identifiers"] == 3


@pytest.mark.parametrize("path", ["/v2", "/v2/customers/", "/v2/customer", "/customers", "/v2/customers/1/labels"])
def test_other_paths_are_404_with_the_envelope(server: Starlette, contract: Contract, path: str) -> None:
    said = ask(server, Asks(b"{}", path=path))
    assert (said.status, said.codes) == (404, [404])
    assert list(contract.check(said.response).findings) == []


@pytest.mark.parametrize("path", ["/v2/customers/1", "/v2/extendedFields", "/health", "/", "/openapi.json"])
def test_what_is_only_read_refuses_other_methods(server: Starlette, path: str) -> None:
    said = ask(server, Asks(b"{}", path=path))
    assert (said.status, said.codes) == (405, [405])
    assert set(said.headers["allow"].split(", ")) == {"GET", "HEAD"}
