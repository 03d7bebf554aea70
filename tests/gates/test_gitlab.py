"""The GitLab templates: inputs filled in as GitLab does, and the script run in a partner's repository."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

import pytest
import yaml
from workflows import EXAMPLES, ROOT, copied, environment, load, programs

TEMPLATES = {path.stem: path for path in sorted((ROOT / "templates").glob("*.yml"))}
BAD = '{"profiles": [{"source": "Instore", "identifiers": [{"type": "cuid", "value": "c-1"}]}]}\n'
SOURCE = "git+https://gitlab.shop.example/kit.git@v0.1.0"
INCLUDES = load(EXAMPLES / "partner" / ".gitlab-ci.yml")["include"]


class Done(NamedTuple):
    """How a job ended, and what it said."""

    code: int
    log: str


def parts(template: str) -> tuple[dict[str, Any], str]:
    """The declared inputs of a template, and the text of its jobs."""
    head, _, body = TEMPLATES[template].read_text(encoding="utf-8").partition("\n---\n")
    inputs: dict[str, Any] = yaml.safe_load(head)["spec"]["inputs"]
    return inputs, body


def job(template: str, given: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    """The one job of a template, by name, with its inputs filled in."""
    inputs, body = parts(template)
    assert set(given) <= set(inputs), "no such input"
    missing = {name for name, entry in inputs.items() if "default" not in entry} - set(given)
    assert not missing, f"inputs without a value: {missing}"
    values = {name: given.get(name, entry.get("default", "")) for name, entry in inputs.items()}
    # GitLab fills in parsed nodes, so that no value can break the YAML.
    ((name, content),) = yaml.safe_load(body).items()

    def filled(node: Any) -> Any:
        if isinstance(node, dict):
            return {filled(key): filled(child) for key, child in node.items()}
        if isinstance(node, list):
            return [filled(child) for child in node]
        if isinstance(node, str):
            return re.sub(r"\$\[\[ inputs\.([a-z-]+) \]\]", lambda match: str(values[match[1]]), node)
        return node

    return filled(name), filled(content)


def run(repository: Path, content: dict[str, Any], **variables: str) -> Done:
    """Run a job's script in a repository; ``pip`` only writes down what it is asked to install."""
    folder = programs(repository.parent / "programs", "contract-kit", "python", "pip")
    base = environment(**content["variables"], **variables)
    done = subprocess.run(
        ["/bin/sh", "-e", "-c", "\n".join(content["script"])],
        cwd=repository,
        env=base | {"PATH": f"{folder}:{base['PATH']}"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    return Done(done.returncode, done.stdout)


@pytest.fixture
def partner(tmp_path: Path) -> Path:
    return copied(tmp_path)


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_input_is_used_and_none_is_pasted_into_the_script(template: str) -> None:
    inputs, body = parts(template)
    assert set(re.findall(r"\$\[\[ inputs\.([a-z-]+) \]\]", body)) == set(inputs)
    ((_, content),) = yaml.safe_load(body).items()
    script = "\n".join(content["script"])
    assert "$[[" not in script
    assert set(re.findall(r"\$\{?(CONTRACT_[A-Z_]+)", script)) == set(content["variables"])


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_command_has_every_option_that_the_script_gives_it(template: str) -> None:
    _, content = job(template, {"source": SOURCE, **({"url": "http://staging.example"} if template == "fuzz" else {})})
    line = content["script"][-1]
    assert line.startswith(f"contract-kit {template} ")
    command = [sys.executable, "-m", "contract_kit", template, "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert set(re.findall(r"(?<= )--[a-z-]+", line)) <= set(re.findall(r"--[a-z-]+", done.stdout))


def test_clean_payloads_pass(partner: Path) -> None:
    name, content = job("validate", {"source": SOURCE, "org": "my-org.yaml"})
    assert name == "contract-kit-validate"
    done = run(partner, content)
    assert done.code == 0, done.log
    asked = (partner.parent / "programs" / "pip.txt").read_text("utf-8").split()
    assert asked == ["install", "--quiet", "--disable-pip-version-check", SOURCE]
    assert json.loads((partner / "contract-kit-quality.json").read_text("utf-8")) == []
    assert ElementTree.parse(partner / "contract-kit.xml").getroot().get("tests") == "4"


def test_a_bad_payload_fails_and_is_handed_on(partner: Path) -> None:
    (partner / "payloads" / "bad.json").write_text(BAD, encoding="utf-8")
    _, content = job("validate", {"source": SOURCE, "arguments": "--select source-unknown --strict"})
    done = run(partner, content)
    assert done.code == 1
    assert "payloads/bad.json:1:26: error: source: got " in done.log
    (entry,) = json.loads((partner / content["artifacts"]["reports"]["codequality"]).read_text("utf-8"))
    assert entry["location"] == {"path": "payloads/bad.json", "lines": {"begin": 1}}
    report = ElementTree.parse(partner / content["artifacts"]["reports"]["junit"]).getroot()
    assert report.get("failures") == "1"
    assert "source-unknown" in (partner / content["artifacts"]["paths"][0]).read_text("utf-8")
    assert content["artifacts"]["when"] == "always", "a failed job is the one whose reports are wanted"


def test_what_cannot_be_done_is_told_apart(partner: Path) -> None:
    _, content = job("validate", {"source": SOURCE, "paths": "nowhere/"})
    assert run(partner, content).code == 2


def test_patterns_are_left_to_the_kit_and_values_are_no_commands(partner: Path) -> None:
    (partner / "payloads" / "a b.json").write_text(BAD, encoding="utf-8")
    _, content = job("validate", {"source": SOURCE, "paths": "payloads/*.json", "org": "$(touch told).yaml"})
    done = run(partner, content)
    assert done.code == 2
    assert "contract-kit: $(touch told).yaml: cannot be read" in done.log
    assert not (partner / "told").exists()
    _, content = job("validate", {"source": SOURCE, "paths": "payloads/*.json"})
    assert "3 inputs, 2 clean" in run(partner, content).log


@pytest.mark.parametrize("include", INCLUDES, ids=lambda include: include["file"])
def test_the_example_includes_what_there_is(partner: Path, include: dict[str, Any]) -> None:
    template = Path(include["file"]).stem
    assert TEMPLATES[template] == ROOT / include["file"].lstrip("/")
    name, content = job(template, include["inputs"])
    configured = load(EXAMPLES / "partner" / ".gitlab-ci.yml")
    assert set(configured) <= {"include", *(f"contract-kit-{stem}" for stem in TEMPLATES)}
    assert name == f"contract-kit-{template}"
    if template == "validate":
        done = run(partner, content)
        assert done.code == 0, done.log
