"""Runs the tests on the oldest dependencies that pyproject.toml allows, and on the newest: `make matrix`.

Each has an environment of its own below `.venv-matrix/`, made by uv. Left out are the tests that need the compilers or
the type checkers: those are pinned.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
HOME = ROOT / ".venv-matrix"
TOOLS = ["pytest", "pytest-asyncio", "pytest-timeout", "pytest-xdist", "hypothesis", "cryptography", "psutil"]
TESTS = ["tests/architecture/test_generated.py", "tests/unit", "tests/engine", "tests/conformance"]
# These use no dependency at all: they say the same in every environment, and take long.
LEFT_OUT = [
    f"--ignore={path}"
    for path in ("tests/unit/context/test_durable_schedules.py", "tests/engine/rules/test_durable_schedules.py")
]
JOBS = min(2 * (os.cpu_count() or 1), 8)
OVER_GRPC = "--engine=embedded-grpc"  # what differs between versions is gRPC; the other way has all of `make test`
TESTS_FAILED = 1  # how pytest ends then
ENVIRONMENTS = {"oldest": "lowest-direct", "newest": "highest"}


def run(*command: str | Path, **variables: str) -> None:
    """Run a command; it must succeed."""
    subprocess.run([str(part) for part in command], cwd=ROOT, env={**os.environ, **variables}, check=True)


def main() -> None:
    """Make both environments, say what is in them, and run the tests in each."""
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or "uv"
    pins = (ROOT / "pyproject.toml").read_text()
    tools = [tool for tool in tomllib.loads(pins)["dependency-groups"]["dev"] if isinstance(tool, str)]
    wanted = [tool for tool in tools if tool.partition("==")[0].partition(">=")[0] in TOOLS]
    for name, resolution in ENVIRONMENTS.items():
        folder = HOME / name
        python = folder / "bin" / "python"
        stamp = folder / ".stamp"
        if not stamp.exists() or stamp.read_text() != pins:
            shutil.rmtree(folder, ignore_errors=True)
            run(uv, "venv", "--quiet", "--python", sys.executable, folder)
            run(uv, "pip", "install", "--quiet", "--python", python, "--resolution", resolution, "-e", ".[embedded]")
            run(uv, "pip", "install", "--quiet", "--python", python, *wanted)
            stamp.write_text(pins)
        print(f"\n== {name}", flush=True)
        run(uv, "pip", "freeze", "--quiet", "--python", python, "--exclude-editable")
        check(python, name)
        pytest: tuple[str | Path, ...] = (python, "-m", "pytest", "-q", OVER_GRPC, *LEFT_OUT, *TESTS)
        try:
            run(*pytest, "-n", str(JOBS), "--dist", "loadgroup")
        except subprocess.CalledProcessError as failed:
            if failed.returncode != TESTS_FAILED:
                raise
            print("\n== what failed beside others, once more alone", flush=True)
            run(*pytest, "--last-failed")


def check(python: Path, name: str) -> None:
    """The two ends of the range of protobuf are really what is tested."""
    major = "7" if name == "newest" else "6"
    program = (
        "from importlib.metadata import version; import sys;"
        f"sys.exit(version('protobuf').partition('.')[0] != '{major}' and 'protobuf is ' + version('protobuf'))"
    )
    run(python, "-c", program)


if __name__ == "__main__":
    main()
