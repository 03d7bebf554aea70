"""What every step of the server has at hand."""

from __future__ import annotations

from contract_kit.contract import Contract
from contract_kit.server.credentials import Credentials
from contract_kit.server.judgement import judge_of
from contract_kit.server.limits import BadDay, Limiter
from contract_kit.server.settings import Settings
from contract_kit.server.store import Store

TOKEN_SCHEME = "oauthToken"  # noqa: S105


class Parts:
    """The collaborators of one running server; ``store`` is to be closed by whoever made it."""

    def __init__(self, contract: Contract, settings: Settings) -> None:
        self.judge = judge_of(contract)
        self.org = contract.org
        self.settings = settings
        self.credentials = Credentials(settings)
        self.limiter = Limiter(settings.rate)
        self.day = BadDay(settings.latency, settings.fail_rate, settings.seed)
        self.token_header: str = contract.document["components"]["securitySchemes"][TOKEN_SCHEME]["name"].lower()
        self.store = self.open_store(settings.db)

    def open_store(self, path: str) -> Store:
        """Where registrations are kept."""
        return Store(path)
