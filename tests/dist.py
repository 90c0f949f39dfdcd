"""Builds what is released, looks at it, and runs tests of the sdist from within it: `make dist`.

The wheel is made from the sdist. The tools and an environment with the wheel stand below `build/dist/`, made by uv.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
DIST = ROOT / "dist"
HOME = ROOT / "build" / "dist"
TOOLS = ["pytest", "pytest-asyncio", "pytest-timeout", "hypothesis", "cryptography", "psutil"]
TESTS = [
    "tests/architecture/test_surface.py",
    "tests/architecture/test_generated.py",
    "tests/docs/test_changelog.py",
    "tests/unit/definitions",
    "tests/unit/options",
    "tests/conformance/test_tasks.py",
    "tests/conformance/test_workflows.py",
    "tests/conformance/test_durable.py",
    "tests/worker/test_draining.py",
    "tests/e2e/test_packaging.py::test_pyinstaller_finds_all_that_is_loaded_late",
]
"""Of each part something."""
JOBS = min(2 * (os.cpu_count() or 1), 8)


def run(*command: str | Path, folder: Path = ROOT) -> str:
    """Run a command that must succeed, and give what it says."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env={**os.environ, "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{done.stdout}\n{' '.join(str(part) for part in command)}: exit code {done.returncode}")
    return done.stdout


def main() -> None:
    """Build, check, unpack, test."""
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or "uv"
    for folder in (DIST, HOME):
        shutil.rmtree(folder, ignore_errors=True)
    run(uv, "build", "--quiet", "--python", sys.executable, "--out-dir", DIST)
    [sdist], [wheel] = DIST.glob("*.tar.gz"), DIST.glob("*.whl")

    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    bin_ = HOME / "env" / "bin"
    run(uv, "venv", "--quiet", "--python", sys.executable, HOME / "env")
    wanted = [
        each for each in groups["dev"] if isinstance(each, str) and each.partition("==")[0].partition(">=")[0] in TOOLS
    ]
    packages = (f"{wheel}[embedded,page]", *groups["release"], *wanted)
    run(uv, "pip", "install", "--quiet", "--python", bin_ / "python", *packages)
    print(run(bin_ / "twine", "check", "--strict", sdist, wheel).strip())
    print(run(bin_ / "check-wheel-contents", "--config", ROOT / "pyproject.toml", wheel).strip())

    print(
        "the first program, with the wheel:",
        run(bin_ / "python", "-I", ROOT / "examples" / "first.py", folder=HOME).strip(),
    )

    with tarfile.open(sdist) as packed:
        packed.extractall(HOME / "sdist", filter="data")
    [unpacked] = (HOME / "sdist").iterdir()
    pytest = ("-m", "pytest", "-q", "-p", "tests.processes", "--processes", str(JOBS))
    said = run(bin_ / "python", *pytest, *TESTS, folder=unpacked)
    print(f"{sdist.name}, from within: {said.strip().splitlines()[-1]}")
    sizes = ", ".join(f"{each.name} {each.stat().st_size / 1e6:.1f} MB" for each in (sdist, wheel))
    print(sizes)


if __name__ == "__main__":
    main()
