"""A finding as lines for a shell: all of its steps, with identities that nobody has yet, so that they work when pasted.

Credentials stand as variables, ``"$CONTRACT_KIT_BASIC"`` and its like. What a shell cannot carry is left to ``replay``.
"""

from __future__ import annotations

from urllib.parse import quote, urlencode

from contract_kit.fuzz import credentials as kinds
from contract_kit.fuzz.credentials import BASIC_VARIABLE, TOKEN_VARIABLE, Credentials, quoted
from contract_kit.fuzz.findings import FuzzFinding
from contract_kit.fuzz.identity import Identities, Namespace
from contract_kit.fuzz.steps import Step
from contract_kit.fuzz.wire import MEDIA_TYPE, encoded
from contract_kit.rules.requests import OAUTH_HEADER

LONGEST = 20_000
"""Longer lines are for nobody to paste; systems take at most 131,072 bytes as one word."""
READ_ONLY_VARIABLE, EXPIRED_VARIABLE = "CONTRACT_KIT_READ_ONLY", "CONTRACT_KIT_EXPIRED_TOKEN"
_ID = r"sed -n 's/.*\"createdId\": *\([0-9][0-9]*\).*/\1/p'"


def script(finding: FuzzFinding, url: str, names: Namespace, credentials: Credentials) -> str:
    """The lines; empty where a step cannot be sent by a shell."""
    people = Identities(names)
    lines = []
    looked = finding.request.get("method") == "GET"
    for number, step in enumerate(finding.steps, 1):
        if step.restart:
            return ""
        last = number == len(finding.steps)
        line = _line(step, url, people, credentials, quiet=last and looked)
        if line is None:
            return ""
        if step.times > 1:
            line = f"for i in {' '.join(map(str, range(1, step.times + 1)))}; do {line} & done; wait"
        elif last and looked:
            who = " ".join(_login(kinds.GOOD, credentials))
            line = f"id=$({line} | {_ID})\ncurl -sS -i {who} -H 'Accept: {MEDIA_TYPE}' {quoted(f'{url}/customers/')}\"$id\""
        lines.append(line)
    return "\n".join(lines)


def _line(step: Step, url: str, people: Identities, credentials: Credentials, *, quiet: bool) -> str | None:
    data = b"" if step.body is None else encoded(people.minted(step.body))
    if len(data) > LONGEST or b"\0" in data:
        return None
    words = ["curl", "-sS"] if quiet else ["curl", "-sS", "-i"]
    if step.method != "POST" or not data:
        words += ["-X", step.method]
    words += _login(step.credentials, credentials)
    if step.media_type is not None:
        words += ["-H", quoted(f"Content-Type: {step.media_type}")]
    elif data:
        words += ["-H", "'Content-Type:'"]
    for name, value in step.headers:
        words += ["-H", quoted(f"{name}: {value}" if value else f"{name};")]
    words += ["-H", f"'Accept: {MEDIA_TYPE}'"]
    if data:
        words += ["--data-binary", quoted(data.decode("utf-8", "surrogateescape"))]
    query = f"?{urlencode(dict(step.query), quote_via=quote)}" if step.query else ""
    return " ".join([*words, quoted(f"{url}/customers{query}")])


def _login(kind: str, credentials: Credentials) -> list[str]:
    """The words that log in, the right way or the wrong one."""
    if kind == kinds.GOOD and credentials.basic is None:
        kind = kinds.TOKEN if credentials.token is not None else kinds.NONE
    if kind in (kinds.GOOD, kinds.READ_ONLY):
        return ["-u", f'"${BASIC_VARIABLE if kind == kinds.GOOD else READ_ONLY_VARIABLE}"']
    if kind in (kinds.TOKEN, kinds.EXPIRED):
        return ["-H", f'"{OAUTH_HEADER}: ${TOKEN_VARIABLE if kind == kinds.TOKEN else EXPIRED_VARIABLE}"']
    if kind == kinds.WRONG:  # the last character of the password is another one
        return ["-u", f'"${{{BASIC_VARIABLE}%?}}_"']
    return [word for name, value in credentials.headers(kind) for word in ("-H", quoted(f"{name}: {value}"))]
