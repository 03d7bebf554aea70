"""Defects at the door: credentials, methods, media types (D03)."""

from __future__ import annotations

from dataclasses import replace

from contract_kit.rules.requests import basic_pair
from contract_kit.server.behaviour import Behaviour
from contract_kit.server.calls import Answer, Call
from contract_kit.server.credentials import Access
from contract_kit.server.defects.registry import defect

_BAD_REQUEST, _FORBIDDEN, _NOT_FOUND, _NO_JSON = 400, 403, 404, 415


@defect("no-credentials-taken", area="credentials", facts=("F03", "D03"))
class NoCredentialsTaken(Behaviour):
    """Lets in who shows no credentials."""

    def nobody(self) -> Access:
        return Access.WRITE


@defect("any-password-taken", area="credentials", facts=("F03", "D03"))
class AnyPasswordTaken(Behaviour):
    """Looks at the user only: any password will do (seen where --basic names a user)."""

    def basic_access(self, value: str) -> Access:
        pair = basic_pair(value)
        if pair is not None and pair[0] in self.credentials.users:
            return Access.WRITE
        return super().basic_access(value)


@defect("malformed-basic-taken", area="credentials", facts=("F03", "D03"))
class MalformedBasicTaken(Behaviour):
    """Lets in who sends Basic with something that is no user and password."""

    def basic_access(self, value: str) -> Access:
        return (
            Access.WRITE if basic_pair(value) is None and value.lower().startswith("basic ") else super().basic_access(value)
        )


@defect("bearer-taken", area="credentials", facts=("F04",))
class BearerTaken(Behaviour):
    """Takes a token as a Bearer in Authorization, whatever it is."""

    def basic_access(self, value: str) -> Access:
        return Access.WRITE if value.lower().startswith("bearer ") else super().basic_access(value)


@defect("any-token-taken", area="credentials", facts=("F04", "D03"))
class AnyTokenTaken(Behaviour):
    """Takes any token (seen where --token names one)."""

    def token_access(self, value: str) -> Access:
        access = super().token_access(value)
        return Access.WRITE if access is Access.UNKNOWN else access


@defect("token-refused", area="credentials", facts=("F03", "F04"))
class TokenRefused(Behaviour):
    """Knows Basic only, and refuses a good token."""

    def token_access(self, value: str) -> Access:
        access = super().token_access(value)
        return Access.UNKNOWN if access is Access.WRITE else access


@defect("wrong-credentials-403", area="credentials", facts=("D03",))
class WrongCredentials403(Behaviour):
    """Answers missing or wrong credentials with 403."""

    def known_caller(self, call: Call) -> Answer | None:
        return self.turned_away(_FORBIDDEN) if self.access(call) is Access.UNKNOWN else super().known_caller(call)


@defect("reader-may-write", area="credentials", facts=("F05", "D03"))
class ReaderMayWrite(Behaviour):
    """Registers for who may only read (seen where --read-only names someone)."""

    def may_write(self, call: Call) -> Answer | None:
        return None


@defect("expired-token-taken", area="credentials", facts=("F04", "D03"))
class ExpiredTokenTaken(Behaviour):
    """Takes a token that has expired (seen where --expired-token names one)."""

    def token_access(self, value: str) -> Access:
        access = super().token_access(value)
        return Access.WRITE if access is Access.EXPIRED else access


@defect("credentials-after-body", area="credentials", facts=("D03",))
class CredentialsAfterBody(Behaviour):
    """Judges the body before it looks at the credentials."""

    async def answered(self, call: Call) -> Answer:
        if self.access(call) is Access.UNKNOWN and call.method == "POST":
            judgement = self.judged(call)
            if judgement.refusals:
                return self.turned_down(call, judgement)
        return await super().answered(call)


@defect("put-registers", area="methods", facts=("F01", "D03"))
class PutRegisters(Behaviour):
    """Registers with PUT as with POST."""

    def right_method(self, call: Call) -> Answer | None:
        return None if call.method == "PUT" else super().right_method(call)


@defect("get-lists", area="methods", facts=("F01", "D03"))
class GetLists(Behaviour):
    """Answers GET with an empty list."""

    def right_method(self, call: Call) -> Answer | None:
        return Answer(200, {"customers": []}) if call.method == "GET" else super().right_method(call)


@defect("method-404", area="methods", facts=("D03",))
class Method404(Behaviour):
    """Answers other methods as if the path did not exist."""

    def right_method(self, call: Call) -> Answer | None:
        return None if super().right_method(call) is None else self.turned_away(_NOT_FOUND)


@defect("any-media-type-taken", area="media types", facts=("D03",))
class AnyMediaType(Behaviour):
    """Reads the body as JSON whatever its content type."""

    def sends_json(self, call: Call) -> Answer | None:
        return None


@defect("media-type-400", area="media types", facts=("D03",))
class MediaType400(Behaviour):
    """Refuses a content type that is not JSON with 400."""

    def sends_json(self, call: Call) -> Answer | None:
        answer = super().sends_json(call)
        return None if answer is None else replace(answer, status=_BAD_REQUEST)


@defect("charset-refused", area="media types", facts=("D03",))
class CharsetRefused(Behaviour):
    """Refuses application/json with a charset beside it."""

    def sends_json(self, call: Call) -> Answer | None:
        return self.turned_away(_NO_JSON) if "charset" in call.headers.get("content-type", "") else super().sends_json(call)


@defect("media-type-case-refused", area="media types", facts=("D03",))
class MediaTypeCase(Behaviour):
    """Refuses Application/JSON for its capitals."""

    def sends_json(self, call: Call) -> Answer | None:
        given = call.headers.get("content-type", "").partition(";")[0]
        return self.turned_away(_NO_JSON) if given != given.lower() else super().sends_json(call)
