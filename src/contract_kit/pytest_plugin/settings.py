"""Which contract a test judges under: the settings of the suite, the command line, and markers at the test."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from contract_kit.contract import Contract
from contract_kit.errors import UsageError
from contract_kit.names import nearest
from contract_kit.org import OrgProfile

_KEYS = ("org", "select", "ignore", "errors", "strict")
_MADE = pytest.StashKey[dict[Any, tuple[Contract, object]]]()


def contract_of(item: pytest.Item) -> Contract:
    """The contract for a test. Of several markers the one nearest to it decides, key by key; a marker goes before the
    command line, and that before the settings. Raises ``ContractKitError`` for a profile or a code that is none."""
    chosen = _defaults(item.config)
    for marker in reversed(list(item.iter_markers("contract"))):
        chosen |= _of_marker(marker, item)
    return _made(item.config, chosen)


def default_contract(config: pytest.Config) -> Contract:
    """The contract for tests without a marker."""
    return _made(config, _defaults(config))


def _defaults(config: pytest.Config) -> dict[str, Any]:
    given, written = config.getoption("contract_org"), str(config.getini("contract_org"))
    org: Path | None = None
    if given:
        org = config.invocation_params.dir / given
    elif written:
        org = (config.inipath.parent if config.inipath else config.rootpath) / written
    lists = {key: tuple(config.getini(f"contract_{key}")) for key in ("select", "ignore", "errors")}
    return {"org": org, **lists, "strict": bool(config.getini("contract_strict"))}


def _of_marker(marker: pytest.Mark, item: pytest.Item) -> dict[str, Any]:
    if marker.args:
        raise UsageError("the marker `contract` takes its settings by name", hint='For example contract(org="my-org.yaml")')
    found = dict(marker.kwargs)
    for key in found:
        if key not in _KEYS:
            near = nearest(key, _KEYS)
            hint = f"Did you mean {near}?" if near else f"There are {', '.join(_KEYS)}"
            raise UsageError(f"the marker `contract` has no setting {key!r}", hint=hint)
    if isinstance(found.get("org"), (str, Path)):
        found["org"] = located(found["org"], item.path.parent, item.config)
    for key in ("select", "ignore", "errors"):
        if key in found:
            found[key] = (found[key],) if isinstance(found[key], str) else tuple(found[key])
    return found


def located(path: str | Path, folder: Path, config: pytest.Config) -> Path:
    """A path that a marker names: from the folder of the test's file, or else from the root of the project."""
    near = folder / path
    return near if near.exists() else config.rootpath / path


def _made(config: pytest.Config, chosen: Mapping[str, Any]) -> Contract:
    """The contract, made once a session for each choice: what it compiles is ready for all tests."""
    made = config.stash.setdefault(_MADE, {})
    org = chosen["org"]
    key = (org if org is None or isinstance(org, Path) else id(org), *(chosen[name] for name in _KEYS[1:]))
    if key not in made:
        rules = {name: chosen[name] for name in _KEYS[1:]}
        # Kept with what it was made of, so that its identity stays a key.
        made[key] = Contract.bundled().for_org(_profile(org)).with_rules(**rules), org
    return made[key][0]


def _profile(org: object) -> OrgProfile | Path | None:
    if org is None or isinstance(org, (OrgProfile, Path)):
        return org
    if isinstance(org, Mapping):
        return OrgProfile.from_mapping(dict(org))
    raise UsageError(f"org: {type(org).__name__} is no org profile", hint="Give a path, a mapping, an OrgProfile or None")
