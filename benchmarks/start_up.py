"""What starting costs: ``contract-kit validate`` of one small file against a bare Python that imports three modules.

    python benchmarks/start_up.py [--runs N]

The package and its dependencies are byte-compiled first; CPU time of the child processes is compared.
"""

from __future__ import annotations

import argparse
import compileall
import os
import resource
import subprocess
import sys
from pathlib import Path
from statistics import median

import contract_kit

ROOT = Path(__file__).resolve().parent.parent
SMALL = str(ROOT / "fixtures" / "requests" / "good" / "documented-external-id-only.json")
ORG = str(ROOT / "fixtures" / "org" / "demo-org.yaml")
COMMANDS = {
    "floor: python -c 'import jsonschema_rs, json, argparse'": ["-c", "import jsonschema_rs, json, argparse"],
    "python -c pass": ["-c", "pass"],
    "python -c 'import contract_kit'": ["-c", "import contract_kit"],
    "contract-kit validate SMALL": ["-m", "contract_kit", "validate", SMALL],
    "contract-kit validate SMALL --org demo": ["-m", "contract_kit", "validate", SMALL, "--org", ORG],
    "contract-kit validate SMALL --format json": ["-m", "contract_kit", "validate", SMALL, "--format", "json"],
}


def cpu(arguments: list[str], environment: dict[str, str]) -> float:
    """CPU time of one child process, in milliseconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=20)
    runs = parser.parse_args().runs
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    compileall.compile_dir(Path(contract_kit.__file__).parent, quiet=2)
    compileall.compile_dir(Path(os.__file__).parent, quiet=2)
    taken: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(runs):
        for name, arguments in COMMANDS.items():
            taken[name].append(cpu(arguments, environment))
    floor = median(next(iter(taken.values())))
    print(f"| {'what':<56} | {'ms CPU':>7} | {'× floor':>7} |\n|{'-' * 58}|{'-' * 8}:|{'-' * 8}:|")
    for name, times in taken.items():
        print(f"| {name:<56} | {median(times):7.1f} | {median(times) / floor:7.2f} |")


if __name__ == "__main__":
    main()
