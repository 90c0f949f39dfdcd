"""Runs the tests on the oldest and the newest Python and dependencies: `make matrix`.

Each has an environment of its own below `.venv-matrix/`, made by uv; on a Python between, some of the tests run. Left
out are the tests that need the compilers or the type checkers: those are pinned. What passed is written to
`docs/compatibility.json`, and from there to the table of `docs/compatibility.md`. Rows of other Pythons stay.
`ARGS=oldest` runs one of them.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from hatchet.engine import ENGINE_VERSION

ROOT = Path(__file__).parents[1]
HOME = ROOT / ".venv-matrix"
RESULTS = ROOT / "docs" / "compatibility.json"
PAGE = ROOT / "docs" / "compatibility.md"
TABLE = re.compile(r"(?<=<!-- table: make matrix -->\n).*?(?=<!-- end of the table -->)", re.DOTALL)
TOOLS = [
    "pytest",
    "pytest-asyncio",
    "pytest-timeout",
    "pytest-xdist",
    "hypothesis",
    "cryptography",
    "psutil",
    "fastapi",
]
PROGRAMS = "tests/docs/test_docs.py"  # every program of the guides
ALL = ["tests/architecture/test_generated.py", "tests/unit", "tests/engine", "tests/conformance", PROGRAMS]
SOME = [
    "tests/unit/definitions",
    "tests/unit/transport",
    "tests/unit/test_dataclasses.py",
    "tests/conformance/test_tasks.py",
]
# These use no dependency at all: they say the same in every environment, and take long.
LEFT_OUT = [
    f"--ignore={path}"
    for path in (
        "tests/unit/context/test_durable_schedules.py",
        "tests/engine/rules/test_durable_schedules.py",
        "tests/engine/rest/test_statuses.py",  # it reads the specification with the generator
    )
]
JOBS = min(2 * (os.cpu_count() or 1), 8)
OVER_GRPC = "--engine=embedded-grpc"  # what differs between versions is gRPC; the other way has all of `make test`
TESTS_FAILED = 1  # how pytest ends then
MINORS = range(11, 16)  # Python 3.11, the oldest that is promised, and what may be there beyond
SHOWN = ["grpcio", "protobuf", "pydantic"]


class Environment(NamedTuple):
    """A Python, which versions of the dependencies, and how much is tested."""

    name: str
    python: Path
    resolution: str
    tests: list[str]


def run(*command: str | Path) -> None:
    """Run a command; it must succeed."""
    subprocess.run([str(part) for part in command], cwd=ROOT, check=True)


def pythons() -> dict[str, Path]:
    """What there is of 3.11 and newer, by its number."""
    return {f"3.{minor}": path for minor in MINORS if (path := python(f"3.{minor}")) is not None}


def python(number: str) -> Path | None:
    """A Python of that number: on the path, or one of pyenv's."""
    home = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    named = shutil.which(f"python{number}")
    candidates: list[str | Path] = [sys.executable, *([named] if named else [])]
    candidates += sorted(home.glob(f"{number}.*/bin/python"), reverse=True)
    for found in candidates:
        asked = [str(found), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
        if subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip() == number:
            return Path(found)
    return None


def environments() -> Iterator[Environment]:
    """The oldest, the newest, and those between."""
    found = pythons()
    (_, first), *between = found.items()
    last = between.pop()[1] if between else first
    print(f"Python {', '.join(found)}", flush=True)
    yield Environment("oldest", first, "lowest-direct", ALL)
    yield Environment("newest", last, "highest", ALL)
    for number, path in between:
        yield Environment(f"between-{number}", path, "highest", SOME)


def main() -> None:
    """Make the environments, say what is in them, run the tests in each, and write down what passed."""
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or "uv"
    pins = (ROOT / "pyproject.toml").read_text()
    tools = [tool for tool in tomllib.loads(pins)["dependency-groups"]["dev"] if isinstance(tool, str)]
    wanted = [tool for tool in tools if tool.partition("==")[0].partition(">=")[0] in TOOLS]
    rows: list[dict[str, str]] = []
    chosen = sys.argv[1:]
    for name, interpreter, resolution, tests in environments():
        if chosen and name not in chosen:
            continue
        folder = HOME / name
        inside = folder / "bin" / "python"
        stamp = folder / ".stamp"
        made_of = f"{interpreter}\n{pins}"
        if not stamp.exists() or stamp.read_text() != made_of:
            shutil.rmtree(folder, ignore_errors=True)
            run(uv, "venv", "--quiet", "--python", interpreter, folder)
            package = ("--resolution", resolution, "-e", ".[embedded,page]")
            run(uv, "pip", "install", "--quiet", "--python", inside, *package)
            run(uv, "pip", "install", "--quiet", "--python", inside, *wanted)
            stamp.write_text(made_of)
        print(f"\n== {name}", flush=True)
        run(uv, "pip", "freeze", "--quiet", "--python", inside, "--exclude-editable")
        row = versions(inside)
        check(row["protobuf"], name)
        pytest: tuple[str | Path, ...] = (inside, "-m", "pytest", "-q", OVER_GRPC, *LEFT_OUT, *tests)
        try:
            run(*pytest, "-p", "tests.processes", "--processes", str(JOBS))
        except subprocess.CalledProcessError as failed:
            if failed.returncode != TESTS_FAILED:
                raise
            print("\n== what failed beside others, once more alone", flush=True)
            run(*pytest, "--last-failed")
        rows.append({"engine": f"embedded, as {ENGINE_VERSION}", **row, "tests": "all" if tests is ALL else "some"})
    known = {_place(row): row for row in json.loads(RESULTS.read_text())} if RESULTS.exists() else {}
    rows = sorted(({**known, **{_place(row): row for row in rows}}).values(), key=_place)
    RESULTS.write_text(json.dumps(rows, indent=1) + "\n")
    PAGE.write_text(TABLE.sub(lambda _: table(rows), PAGE.read_text()))


def versions(inside: Path) -> dict[str, str]:
    """What an environment has, as the table shows it."""
    program = (
        "import json, platform; from importlib.metadata import version;"
        f"print(json.dumps({{'python': platform.python_version(), **{{name: version(name) for name in {SHOWN}}}}}))"
    )
    found: dict[str, str] = json.loads(subprocess.check_output([inside, "-c", program], text=True))
    return found


def check(protobuf: str, name: str) -> None:
    """The two ends of the range of protobuf are really what is tested."""
    if protobuf.partition(".")[0] != ("6" if name == "oldest" else "7"):
        raise SystemExit(f"{name}: protobuf is {protobuf}")


def table(rows: list[dict[str, str]]) -> str:
    """The rows in Markdown."""
    heads = ["engine", "Python", *SHOWN, "tests"]
    lines = [heads, ["---"] * len(heads), *(list(row.values()) for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _place(row: dict[str, str]) -> tuple[int, ...]:
    """Of one Python with one protobuf there is one row."""
    minor, protobuf = row["python"].split(".")[1], row["protobuf"].split(".")[0]
    return int(minor), int(protobuf)


if __name__ == "__main__":
    main()
