"""The documents that the server serves: its contract as configured for the org, and the description of its probe."""

from __future__ import annotations

import json
from copy import deepcopy
from functools import cached_property
from typing import Any

from contract_kit.contract import Contract
from contract_kit.judge.spec import source_file
from contract_kit.server.page import page


class Documents:
    """The contract document of one server, with the server itself in the place of the platform's hosts."""

    def __init__(self, contract: Contract, defects: tuple[str, ...] = ()) -> None:
        self._contract = contract
        self._defects = defects

    @cached_property
    def contract(self) -> dict[str, Any]:
        """The document as data, with what the org profile settles written into it."""
        document = self._contract.effective_document() if self._contract.org.sections else deepcopy(self._contract.document)
        assert isinstance(document, dict)
        limits = document["servers"][0]["x-rate-limit"]
        document["servers"] = [{"url": "/v2", "description": "This reference server", "x-rate-limit": limits}]
        return document

    @cached_property
    def json(self) -> bytes:
        """The document as JSON."""
        return json.dumps(self.contract, indent=2).encode()

    @cached_property
    def yaml(self) -> bytes:
        """The document as YAML."""
        import yaml

        class Dumper(yaml.SafeDumper):
            def ignore_aliases(self, data: Any) -> bool:
                return True

        text: str = yaml.dump(self.contract, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=110)
        return text.encode()

    @cached_property
    def page(self) -> str:
        """The front page."""
        return page(self.contract, self._contract.org.name, self._defects)

    @cached_property
    def probe(self) -> bytes:
        """The description of what is offered beside the contract, as YAML."""
        return source_file("probe.yaml").read_bytes()
