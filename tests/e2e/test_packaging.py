"""The package runs where programs run: from byte code alone, from zip archives, frozen by PyInstaller."""

from __future__ import annotations

import compileall
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = (ROOT / "hatchet", ROOT / "generated" / "hatchet_api")
SOURCES = shutil.ignore_patterns("__pycache__", "*.pyc")

# What dependencies import where it is installed, and what only this environment has: half of the time goes into it.
DEVELOPMENT = (
    "mypy", "hypothesis", "grpc_tools", "pytest", "_pytest", "pygments", "rich", "IPython", "jinja2", "babel",
    "setuptools", "pkg_resources", "tkinter", "trio", "psutil", "yaml",
)  # fmt: skip

PROGRAM = """\
from pydantic import BaseModel

import hatchet as package
from hatchet import *  # every public name, and so nearly every module

hatchet = Hatchet.from_embedded(None)


class Name(BaseModel):
    name: str


only_one = ConcurrencyExpression(  # CEL, which the engine brings a grammar for
    expression="input.name", max_runs=1, limit_strategy=ConcurrencyLimitStrategy.GROUP_ROUND_ROBIN
)
greeting = hatchet.workflow("greeting", input_validator=Name, concurrency=only_one)


@greeting.task()
async def greet(input: Name, ctx: Context) -> str:
    return f"hello {input.name}"


@greeting.task(parents=[greet])
def shout(input: Name, ctx: Context) -> str:
    return ctx.task_output(greet).upper()


if __name__ == "__main__":
    with hatchet.worker("w", workflows=[greeting]):
        run = greeting.run_no_wait(Name(name="Ada"))
        said = run.result()[shout]
    assert hatchet.runs.get(run.workflow_run_id).tasks
    print(said, package.__file__)
    hatchet.stop_embedded()
"""

PAGE = """\
import asyncio

import httpx

from hatchet import Hatchet
from hatchet.page.serving import bound, serving

hatchet = Hatchet.from_embedded(None)


async def served():
    links = []
    async with serving(hatchet, "an engine", bound(hatchet, port=0), links.append):
        async with httpx.AsyncClient(trust_env=False) as http:
            for file in ("page.css", "page.js"):
                answer = await http.get(links[0].partition("/enter")[0] + "/static/" + file)
                print(answer.headers["content-type"].partition(";")[0], answer.status_code, end=" ")


asyncio.run(served())
hatchet.close()
"""


def run(*command: str | Path, **variables: str) -> str:
    """What the program prints: the greeting, and where the package was loaded from."""
    done = subprocess.run(
        [str(part) for part in command],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A program on its own: nothing of this checkout lies beside it."""
    file = tmp_path_factory.mktemp("program") / "program.py"
    file.write_text(PROGRAM)
    return file


@pytest.fixture(scope="module")
def byte_code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both packages without a source file; without docstrings and assertions, too, as `python -OO` has them."""
    folder = tmp_path_factory.mktemp("byte-code")
    for package in PACKAGES:
        shutil.copytree(package, folder / package.name, ignore=SOURCES)
    assert compileall.compile_dir(folder, legacy=True, optimize=2, quiet=2)
    for source in folder.rglob("*.py"):
        source.unlink()
    return folder


def zipped(folder: Path, archive: Path) -> Path:
    with zipfile.ZipFile(archive, "w") as file:
        for path in _files(folder):
            file.write(path, path.relative_to(folder))
    return archive


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and "__pycache__" not in path.parts)


@pytest.mark.timeout(180)
def test_byte_code_alone_is_enough(program: Path, byte_code: Path) -> None:
    said = run(sys.executable, program, PYTHONPATH=str(byte_code))
    assert said == f"HELLO ADA {byte_code / 'hatchet' / '__init__.pyc'}"


@pytest.mark.timeout(180)
def test_an_archive_of_byte_code_is_enough(program: Path, byte_code: Path, tmp_path: Path) -> None:
    archive = zipped(byte_code, tmp_path / "packages.zip")
    assert run(sys.executable, program, PYTHONPATH=str(archive)) == f"HELLO ADA {archive}/hatchet/__init__.pyc"


@pytest.mark.timeout(180)
def test_an_archive_of_sources_is_enough(program: Path, tmp_path: Path) -> None:
    for package in PACKAGES:
        shutil.copytree(package, tmp_path / "all" / package.name, ignore=SOURCES)
    archive = zipped(tmp_path / "all", tmp_path / "packages.zip")
    assert run(sys.executable, program, PYTHONPATH=str(archive)) == f"HELLO ADA {archive}/hatchet/__init__.py"


def test_the_page_and_the_command_line_weigh_little(tmp_path: Path) -> None:
    """As in a wheel: compressed."""
    archive = tmp_path / "parts.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for part in ("page", "cli"):
            for path in _files(ROOT / "hatchet" / part):
                file.write(path, path.relative_to(ROOT))
    assert archive.stat().st_size < 200_000


@pytest.mark.timeout(180)
def test_the_page_is_served_from_an_archive(tmp_path: Path) -> None:
    for package in PACKAGES:
        shutil.copytree(package, tmp_path / "all" / package.name, ignore=SOURCES)
    archive = zipped(tmp_path / "all", tmp_path / "packages.zip")
    program = tmp_path / "program.py"
    program.write_text(PAGE)
    assert run(sys.executable, program, PYTHONPATH=str(archive)) == "text/css 200 text/javascript 200"


@pytest.mark.timeout(300)
def test_pyinstaller_finds_all_that_is_loaded_late(program: Path, tmp_path: Path) -> None:
    pyinstaller = Path(sys.executable).with_name("pyinstaller")
    if not pyinstaller.exists():
        pytest.skip("make dist, which has PyInstaller, does this")
    folders = ("--distpath", tmp_path / "dist", "--workpath", tmp_path / "work", "--specpath", tmp_path)
    left_out = [part for name in DEVELOPMENT for part in ("--exclude-module", name)]
    command = [pyinstaller, "--onedir", "--noconfirm", "--log-level", "ERROR", *folders, *left_out, program]
    environment = {**os.environ, "PYINSTALLER_CONFIG_DIR": str(tmp_path / "cache")}
    subprocess.run([str(part) for part in command], check=True, env=environment, timeout=240, capture_output=True)
    assert not [*(tmp_path / "dist").rglob("hatchet/**/*.py")], "sources came along"
    assert run(tmp_path / "dist" / "program" / "program").startswith(f"HELLO ADA {tmp_path / 'dist'}")
