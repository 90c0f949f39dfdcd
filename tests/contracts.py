"""Takes contracts of another engine version in a copy of this checkout, and says whether all of it still holds:
`make contracts FROM=<folder of contracts> ENGINE=<version>`.

The copy is made below `.contracts/` and left there. In it the specs are updated as `make update-specs` does it, code is
generated, mypy and pyright look at it in strict mode, and the tests run that do not depend on what a version has.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
HOME = ROOT / ".contracts"
PARTS = (
    "codegen", "docs", "docsite", "examples", "generated", "generator", "hatchet", "specs", "tests", "deploy",
    "pyproject.toml", "Makefile", "README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "mkdocs.yml",
)  # fmt: skip
CHECKED = ("hatchet", "generated/hatchet_api", "codegen", "examples")
TESTS = ("tests/unit", "tests/engine", "tests/conformance", "tests/options")


def run(folder: Path, *command: str | Path) -> bool:
    """Run a command in the copy; whether it succeeded."""
    print("$", *command, flush=True)
    return subprocess.run([str(part) for part in command], cwd=folder, check=False).returncode == 0


def descriptions(folder: Path) -> int:
    """How many descriptions of ours the overlay holds."""
    actions = yaml.safe_load((folder / "openapi.yaml").read_text(encoding="utf-8"))["actions"]
    described = sum("description" in action.get("update", {}) for action in actions)
    return described + len(tomllib.loads((folder / "protos.toml").read_text(encoding="utf-8"))["comments"])


def main() -> int:
    """Make the copy, update it, check it; 0 when nothing is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.contracts", description=__doc__)
    parser.add_argument("source", metavar="FROM", type=Path, help="the engine's folder of contracts, as it is upstream")
    parser.add_argument("--engine", required=True, metavar="VERSION", help="the version that they describe")
    parser.add_argument("--tests", nargs="*", default=TESTS, help="which tests run in the copy")
    chosen = parser.parse_args()
    copy = HOME / chosen.engine
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir(parents=True)
    for part in PARTS:
        source = ROOT / part
        kept = shutil.ignore_patterns("__pycache__")
        shutil.copytree(source, copy / part, ignore=kept) if source.is_dir() else shutil.copy(source, copy / part)
    before = descriptions(copy / "specs" / "overlay")
    python = sys.executable
    update = (python, "-m", "codegen", "update-specs", chosen.source.resolve(), "--describes", chosen.engine)
    if not run(copy, *update, "--drop-lost"):
        return 1
    page = (copy / "docs" / "api-changes" / f"{chosen.engine}.md").read_text(encoding="utf-8")
    dropped = page.partition("## Descriptions that were dropped\n\n")[2].partition("\n\n")[0].splitlines()
    # Values of enums are described in the entry of their enum, which stays.
    lost = sum("the enum has no" not in line for line in dropped)
    after = descriptions(copy / "specs" / "overlay")
    print(f"{before} descriptions, {lost} of them without a target in {chosen.engine}, {after} kept", flush=True)
    done = {
        "the descriptions": after == before - lost,
        "the generated code": run(copy, python, "-m", "codegen", "--check"),
        "mypy": run(copy, python, "-m", "mypy", *CHECKED),
        "pyright": run(copy, python, "-m", "pyright", "--pythonpath", python, "hatchet", "codegen", "examples"),
        "the tests": not chosen.tests
        or run(copy, python, "-m", "pytest", "-q", "-p", "tests.processes", "--processes", "2", *chosen.tests),
    }
    for name, is_right in done.items():
        print(f"{'as it should be' if is_right else 'WRONG'}: {name}")
    return 0 if all(done.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
