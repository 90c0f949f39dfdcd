"""The command: its words lead to what they say, its options arrive, and it ends with a code that says what happened."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4
from xml.etree import ElementTree

import pytest

from hatchet import Hatchet, __version__
from hatchet._embedded_options import EmbeddedSpec
from hatchet._embedded_options import options as embedded_options
from hatchet.cli import main
from hatchet.cli.ending import Exit
from hatchet.cli.words import WORDS
from tests.forking import Programs
from tests.plugins import PYTEST


@pytest.mark.parametrize(
    ("arguments", "level", "package"),
    [([], logging.WARNING, logging.WARNING), (["--verbose"], logging.INFO, logging.DEBUG)],
)
def test_the_command_logs_warnings_and_with_verbose_more(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], level: int, package: int
) -> None:
    given: dict[str, object] = {}
    logger = logging.getLogger("hatchet")
    before = logger.level
    try:
        with monkeypatch.context() as patched:
            patched.setattr(logging, "basicConfig", lambda **options: given.update(options))
            assert main(["dev", *arguments, "--synchronous", "sometimes"]) == Exit.USAGE
        assert (given["level"], given["stream"], logger.level) == (level, sys.stderr, package)
        assert "%(levelname)s" in str(given["format"])
    finally:
        logger.setLevel(before)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], (Path(".hatchet"), 0, 0)),
        (["--memory"], (None, 0, 0)),
        (["--data", "there", "--grpc-port", "7070", "--api-port", "8080"], (Path("there"), 7070, 8080)),
        (["--memory", "--data", "there"], (None, 0, 0)),
    ],
)
def test_the_command_serves_what_it_is_told_to(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], expected: tuple[Path | None, int, int]
) -> None:
    served: list[tuple[Path | None, int, int]] = []

    async def dev(
        data: Path | None, grpc_port: int, api_port: int, spec: EmbeddedSpec, module: str | None, page: object
    ) -> int:
        served.append((data, grpc_port, api_port))
        return 3

    monkeypatch.setattr("hatchet.cli.dev._dev", dev)
    monkeypatch.setattr("hatchet.cli.dev.log_to_stderr", lambda *, verbose: None)
    assert main(["dev", *arguments]) == 3
    assert served == [expected]


@pytest.mark.parametrize("option", [option.name for option in embedded_options() if option.name != "synchronous"])
def test_each_option_of_the_engine_is_a_flag(monkeypatch: pytest.MonkeyPatch, option: str) -> None:
    given: list[EmbeddedSpec] = []

    async def dev(
        data: Path | None, grpc_port: int, api_port: int, spec: EmbeddedSpec, module: str | None, page: object
    ) -> int:
        given.append(spec)
        return 0

    monkeypatch.setattr("hatchet.cli.dev._dev", dev)
    monkeypatch.setattr("hatchet.cli.dev.log_to_stderr", lambda *, verbose: None)
    assert main(["dev", f"--{option.replace('_', '-')}", "7"]) == 0
    assert [getattr(spec, option) for spec in given] == [7]


def test_a_command_without_a_word_says_which_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["serve"], ["dev", "--nothing"], ["runs"], ["runs", "dance"]):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == 2
    assert main([]) == 2
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"hatchet-py {__version__}\n"


# -- words about modules

SHOP = """
from hatchet import ConcurrencyExpression, ConcurrencyLimitStrategy, Context, EmptyModel, Hatchet

hatchet = Hatchet.from_embedded(None)
other = Hatchet.from_embedded(None)
flow = hatchet.workflow("flow")


@flow.task()
def first(input: EmptyModel, ctx: Context) -> int:
    return 1


@flow.task(parents=[first])
def second(input: EmptyModel, ctx: Context) -> int:
    return 2


@hatchet.task()
def alone(input: EmptyModel, ctx: Context) -> int:
    return 3


@other.task()
def stranger(input: EmptyModel, ctx: Context) -> int:
    return 4
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A module in the folder where the command runs; its name."""
    name = f"shop_{uuid4().hex}"
    (tmp_path / f"{name}.py").write_text(SHOP)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    yield name
    sys.modules.pop(name, None)


def test_check_names_what_a_module_declares(shop: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", shop]) == Exit.FINE
    assert capsys.readouterr().out == "alone: alone\nflow: first, second\n"
    assert main(["check", f"{shop}:other", "--json"]) == Exit.FINE
    assert json.loads(capsys.readouterr().out) == {"name": "stranger", "tasks": "stranger", "fault": None}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("@hatchet.task(retries=-1)\ndef bad(input: EmptyModel, ctx: Context) -> None: ...", "retries"),
        ("@hatchet.task(on_crons=['at noon'])\ndef bad(input: EmptyModel, ctx: Context) -> None: ...", "on_crons"),
        ("limit = ConcurrencyExpression('output.a', 1, ConcurrencyLimitStrategy.GROUP_ROUND_ROBIN)", "output"),
        ("hatchet.workflow('bad name')", "bad name"),
        ("hatchet.task(retires=1)", "retires"),
    ],
)
def test_check_finds_what_is_wrong(shop: str, line: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    with Path(f"{shop}.py").open("a") as file:
        file.write(f"\n\n{line}\n")
    assert main(["check", shop]) == Exit.FAILED
    printed = capsys.readouterr()
    assert words in printed.err
    assert printed.err.count("\n") == 1


def test_a_workflow_without_tasks_is_a_fault_of_its_own(shop: str, capsys: pytest.CaptureFixture[str]) -> None:
    with Path(f"{shop}.py").open("a") as file:
        file.write("\n\nempty = hatchet.workflow('empty')\n")
    assert main(["check", shop]) == Exit.FAILED
    assert "empty: workflow 'empty' has no tasks" in capsys.readouterr().out


def test_graph_draws_a_module(shop: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["graph", shop, "--workflow", "flow"]) == Exit.FINE
    assert capsys.readouterr().out == 'flowchart LR\n    t0["first"]\n    t1["second"]\n    t0 --> t1\n'
    assert main(["graph", shop, "--direction", "TB"]) == Exit.FINE
    drawn = capsys.readouterr().out
    assert [line for line in drawn.splitlines() if line.startswith(("%%", "flowchart"))] == [
        "%% alone", "flowchart TB", "%% flow", "flowchart TB",
    ]  # fmt: skip
    assert main(["graph", shop, "--workflow", "none"]) == Exit.NOT_FOUND
    capsys.readouterr()
    assert main(["graph", shop, "--svg"]) == Exit.FINE
    pictures = capsys.readouterr().out.splitlines()
    assert [ElementTree.fromstring(each).tag for each in pictures] == ["{http://www.w3.org/2000/svg}svg"] * 2


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("nowhere_at_all", "there is no module 'nowhere_at_all' here"),
        ("json", "no Hatchet(), and no tasks of one"),
        ("{shop}:nobody", "no client 'nobody'"),
        ("{shop}:flow", "no client 'flow'"),
    ],
)
def test_a_module_that_is_none_is_told(shop: str, target: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    for word in ("check", "graph"):
        assert main([word, target.format(shop=shop)]) == Exit.USAGE
        assert words in capsys.readouterr().err


def test_init_begins_a_project_whose_test_passes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], programs: Programs
) -> None:
    folder = tmp_path / "new"
    assert main(["init", str(folder)]) == Exit.FINE
    files = {Path(line).name for line in capsys.readouterr().out.splitlines()}
    assert files == {path.name for path in folder.iterdir()} == {"tasks.py", "test_tasks.py", "README.md", ".gitignore"}
    done = programs.run(*PYTEST, "-q", "-n0", "-p", "no:randomly", str(folder), folder=folder)
    assert "1 passed" in done.said, done
    assert main(["init", str(folder)]) == Exit.USAGE
    assert "already; nothing was written" in capsys.readouterr().err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_knows_every_word(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == Exit.FINE
    script = capsys.readouterr().out
    assert [word for word in WORDS if word not in script] == []
    assert "trigger" in script
    if shell == "bash":
        ask = f"{script}\nCOMP_WORDS=(hatchet-py runs --json tri); COMP_CWORD=3; _hatchet_py; echo ${{COMPREPLY[@]}}"
        done = subprocess.run(["bash", "-c", ask], capture_output=True, text=True, check=True)
        assert done.stdout == "trigger\n"


def test_a_profile_names_the_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("HATCHET_CLIENT_NAMESPACE", "elsewhere")
    monkeypatch.setenv("HATCHET_CLIENT_TOKEN", "of another engine")
    folder = tmp_path / "hatchet-py" / "profiles"
    folder.mkdir(parents=True)
    (folder / "here.env").write_text("HATCHET_CLIENT_EMBEDDED=memory\n")
    assert main(["workflows", "list", "--profile", "here"]) == Exit.FINE
    assert capsys.readouterr().out == "no workflows; a worker registers them\n"
    assert "HATCHET_CLIENT_NAMESPACE" not in os.environ
    assert main(["workflows", "list", "--profile", "there"]) == Exit.USAGE
    assert "there are: here" in capsys.readouterr().err


def test_a_folder_names_the_engine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Hatchet.from_embedded(tmp_path / "data") as hatchet:
        hatchet.rate_limits.put("k", 3)
    assert main(["rate-limits", "list", "--data", str(tmp_path / "data")]) == Exit.FINE
    assert capsys.readouterr().out == "KEY  LEFT  LIMIT  PER\nk    3     3      1 SECOND\n"
