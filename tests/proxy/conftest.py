"""An upstream, and proxies before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, NamedTuple

import pytest

from contract_kit import Contract
from contract_kit.proxy import Settings, proxy, running, upstream_of
from contract_kit.proxy.asgi import Application
from contract_kit.proxy.recording import Passed

from .upstream import Upstream, on_a_port


class Proxied(NamedTuple):
    """A proxy on a port, and what it told."""

    url: str
    app: Application
    told: list[tuple[int, Passed]]


Proxying = Callable[..., Proxied]


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with on_a_port(Upstream()) as one:
        yield one


@pytest.fixture
def proxying(upstream: Upstream) -> Iterator[Proxying]:
    """Makes proxies; before ``upstream`` where no other address is given."""
    with ExitStack() as stack:

        def make(to: str | None = None, contract: Contract | None = None, **settings: Any) -> Proxied:
            told: list[tuple[int, Passed]] = []
            made = Settings(upstream_of(to or upstream.url), **settings)
            app = stack.enter_context(proxy(made, contract, lambda number, passed: told.append((number, passed))))
            return Proxied(stack.enter_context(running(app)), app, told)

        yield make
