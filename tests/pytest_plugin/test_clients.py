"""The answers of real clients and test clients, and the requests that these carry, as the kit takes them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any

import django
import httpx
import httpx2
import pytest
import requests
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import AsyncClient
from django.test import Client as DjangoClient
from django.urls import path
from requests.adapters import BaseAdapter
from starlette.applications import Starlette
from starlette.requests import Request as StarletteRequest
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from werkzeug.test import Client as WerkzeugClient
from werkzeug.wrappers import Request as WerkzeugRequest
from werkzeug.wrappers import Response as WerkzeugResponse

from contract_kit import InputError
from contract_kit.clients import Got, Sent, got_of, is_answer, request_behind, sent_of

PATH = "/v2/customers"
BODY = {"profiles": [{"source": "Instore", "identifiers": []}]}
TEXT = json.dumps(BODY).encode()
ANSWER = {"createdId": 7, "warnings": [], "sideEffects": []}
QUERY = "source=INSTORE&accountId="
HEADERS = {"Content-Type": "application/json", "X-Sample": "one"}


class Canned(BaseAdapter):
    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        response = requests.Response()
        response.status_code, response._content = 200, json.dumps(ANSWER).encode()
        response.headers.update({"Content-Type": "application/json"})
        response.request, response.url = request, str(request.url)
        return response

    def close(self) -> None:
        pass


def with_requests(stream: bool = False) -> Any:
    with requests.Session() as session:
        session.mount("https://", Canned())
        return session.post(f"https://crm.example{PATH}?{QUERY}", data=TEXT, headers=HEADERS)


def with_httpx(library: Any) -> Callable[[], Any]:
    def post() -> Any:
        transport = library.MockTransport(lambda request: library.Response(200, json=ANSWER))
        with library.Client(transport=transport) as client:
            return client.post(f"https://crm.example{PATH}?{QUERY}", content=TEXT, headers=HEADERS)

    return post


def with_async_httpx() -> Any:
    async def post() -> Any:
        transport = httpx.MockTransport(lambda request: httpx.Response(200, json=ANSWER))
        async with httpx.AsyncClient(transport=transport) as client:
            return await client.post(f"https://crm.example{PATH}?{QUERY}", content=TEXT, headers=HEADERS)

    return asyncio.run(post())


def with_starlette() -> Any:
    async def register(request: StarletteRequest) -> JSONResponse:
        await request.json()
        return JSONResponse(ANSWER)

    client = TestClient(Starlette(routes=[Route(PATH, register, methods=["POST"])]))
    return client.post(f"{PATH}?{QUERY}", content=TEXT, headers=HEADERS)


def with_werkzeug() -> Any:
    def application(environ: Any, start_response: Any) -> Any:
        WerkzeugRequest(environ).get_json()
        return WerkzeugResponse(json.dumps(ANSWER), content_type="application/json")(environ, start_response)

    return WerkzeugClient(application).post(f"{PATH}?{QUERY}", data=TEXT, headers=HEADERS)


def register(request: HttpRequest) -> HttpResponse:
    json.loads(request.body)
    return JsonResponse(ANSWER)


def careless(request: HttpRequest) -> HttpResponse:
    request.read()
    return JsonResponse(ANSWER)


class Routes:
    urlpatterns = (path("v2/customers", register), path("v2/careless", careless))


@pytest.fixture(scope="module", autouse=True)
def configured() -> None:
    if not settings.configured:
        settings.configure(ROOT_URLCONF=Routes, ALLOWED_HOSTS=["*"], SECRET_KEY="made up")
        django.setup()


def with_django() -> Any:
    return DjangoClient().post(f"{PATH}?{QUERY}", data=TEXT, content_type="application/json", headers={"X-Sample": "one"})


def with_async_django() -> Any:
    call = AsyncClient().post(f"{PATH}?{QUERY}", data=TEXT, content_type="application/json", headers={"X-Sample": "one"})
    return asyncio.run(call)


CLIENTS = {
    "requests": with_requests,
    "httpx": with_httpx(httpx),
    "httpx2": with_httpx(httpx2),
    "httpx, async": with_async_httpx,
    "starlette": with_starlette,
    "werkzeug": with_werkzeug,
    "django": with_django,
    "django, async": with_async_django,
}


@pytest.mark.parametrize("client", CLIENTS)
def test_an_answer_and_its_request_are_known(client: str) -> None:
    answer = CLIENTS[client]()
    assert is_answer(answer)
    got = got_of(answer)
    assert (json.loads(got.data), got.status) == (ANSWER, 200)
    assert {name.lower(): value for name, value in (got.headers or {}).items()}["content-type"] == "application/json"
    sent = request_behind(answer)
    assert sent is not None
    assert (sent.data, sent.method, sent.query) == (TEXT, "POST", {"source": "INSTORE", "accountId": ""})
    headers = {name.lower(): value for name, value in (sent.headers or {}).items()}
    assert (headers["content-type"], headers["x-sample"]) == ("application/json", "one")


def test_a_request_whose_body_somebody_else_has_read_is_not_known() -> None:
    answer = DjangoClient().post("/v2/careless", data=TEXT, content_type="application/json")
    assert got_of(answer).status == 200
    assert request_behind(answer) is None


def test_an_answer_that_is_still_streaming_has_to_be_read_first() -> None:
    def parts() -> Iterator[bytes]:
        yield b"{}"

    transport = httpx.MockTransport(lambda request: httpx.Response(200, content=parts()))
    with httpx.Client(transport=transport) as client, client.stream("POST", "https://crm.example/v2/customers") as answer:
        with pytest.raises(InputError, match=r"^the body of this Response has not been read\. Read the answer first"):
            got_of(answer)
        answer.read()
        assert got_of(answer).data == b"{}"


def test_an_answer_made_by_hand_has_no_request() -> None:
    assert request_behind(httpx.Response(200, json=ANSWER)) is None
    assert request_behind(requests.Response()) is None


def test_requests_that_were_not_sent_are_known_too() -> None:
    made = httpx.Request("post", f"https://crm.example{PATH}?a=1", json={})
    assert sent_of(made) == Sent(b"{}", dict(made.headers), {"a": "1"}, "POST")
    prepared = requests.Request("POST", f"https://crm.example{PATH}", data='{"é": 1}', headers={"A": "b"})
    assert sent_of(prepared) == Sent('{"é": 1}'.encode(), {"A": "b", "Content-Length": "9"}, {}, "POST")
    bare = requests.Request("GET", "https://crm.example/").prepare()
    assert sent_of(bare) == Sent(b"", {}, {}, "GET")


@pytest.mark.parametrize("thing", [None, {}, {"method": "POST"}, b"", "POST", 7, object(), Got(), ANSWER])
def test_other_things_are_neither(thing: object) -> None:
    assert (is_answer(thing), sent_of(thing), request_behind(thing)) == (False, None, None)


def test_a_body_that_can_be_read_only_once_is_left_alone() -> None:
    upload = requests.Request("POST", "https://crm.example/", data=iter([b"part"])).prepare()
    assert sent_of(upload) is None
    assert list(upload.body) == [b"part"]  # type: ignore[arg-type]


def test_headers_that_are_repeated_stand_together() -> None:
    answer = WerkzeugResponse(b"{}", headers=[("X-One", "a"), ("X-One", "b")])
    assert (got_of(answer).headers or {})["X-One"] == "a, b"
