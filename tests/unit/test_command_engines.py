"""Which engine a word works with, how a worker is run for a module, and how the command ends."""

from __future__ import annotations

import argparse
import io
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from hatchet import Hatchet, TlsStrategy, errors
from hatchet.cli import dev, engines, main, working
from hatchet.cli.ending import Exit, Stop, code_of, refuse
from hatchet.cli.modules import declared
from hatchet.engine import Endpoint
from tests.unit.offline import offline, token
from tests.unit.test_command import SHOP


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """An environment that names no engine, and in which words may set what they like."""
    before = dict(os.environ)
    for name in [each for each in os.environ if each.upper().startswith("HATCHET_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)
    yield
    os.environ.clear()
    os.environ.update(before)


def profile(name: str, **variables: str) -> None:
    engines.profiles().mkdir(parents=True, exist_ok=True)
    text = "".join(f"{key}={value}\n" for key, value in variables.items())
    (engines.profiles() / f"{name}.env").write_text(text)


def chosen(**given: Any) -> argparse.Namespace:
    return argparse.Namespace(**{"data": None, "profile": None, "json": False, **given})


def test_the_engine_is_that_of_the_folder_the_profile_or_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    def named(**given: Any) -> tuple[str, str]:
        hatchet, name = engines.client(chosen(**given))
        return Path(hatchet.config.embedded or "").name, name

    assert named() == (".hatchet", "embedded, in .hatchet")
    profile("far", HATCHET_CLIENT_TOKEN=token(), HATCHET_CLIENT_HOST_PORT="far:7070")
    profile("near", HATCHET_CLIENT_EMBEDDED="there")
    assert named(data=Path("here"), profile="far") == ("here", "embedded, in here")
    assert named(profile="near") == ("there", "embedded, in there, of profile near")
    monkeypatch.setenv("HATCHET_PROFILE", "far")
    assert named(profile="near") == ("there", "embedded, in there, of profile near")
    assert named() == ("", "far:7070, of profile far")
    monkeypatch.delenv("HATCHET_PROFILE")
    assert named() == ("", "far:7070")  # what the profile has set


def test_a_token_file_names_the_engine_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(token())
    monkeypatch.setenv("HATCHET_CLIENT_TOKEN_FILE", str(tmp_path / "token"))
    assert engines.client(chosen())[1] == "127.0.0.1:9"


def test_a_profile_takes_the_place_of_what_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    profile("b", HATCHET_CLIENT_TOKEN="t", OTHER="o")
    profile("a", HATCHET_CLIENT_TOKEN="u")
    for name in ("HATCHET_CLIENT_NAMESPACE", "hatchet_client_host_port", "HATCHETS"):
        monkeypatch.setenv(name, "x")
    engines.use_profile("b")
    kept = {name for name in os.environ if "HATCHET" in name.upper()}
    assert (kept, os.environ["OTHER"]) == ({"HATCHET_CLIENT_TOKEN", "HATCHETS"}, "o")
    with pytest.raises(Stop) as stopped:
        engines.use_profile("c")
    assert stopped.value.code == Exit.USAGE
    assert str(stopped.value) == f"there is no profile 'c' in {engines.profiles()}; there are: a, b"


def test_profiles_are_in_the_configuration_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert engines.profiles() == tmp_path / "config" / "hatchet-py" / "profiles"
    monkeypatch.setenv("XDG_CONFIG_HOME", "")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert engines.profiles() == tmp_path / ".config" / "hatchet-py" / "profiles"
    with pytest.raises(Stop, match=r"there are: none$"):
        engines.use_profile("c")


@pytest.mark.parametrize(
    ("is_terminal", "as_json", "told"), [(True, False, "engine: an engine\n"), (True, True, ""), (False, False, "")]
)
def test_on_a_terminal_the_engine_is_named(
    monkeypatch: pytest.MonkeyPatch, is_terminal: bool, as_json: bool, told: str
) -> None:
    said = io.StringIO()
    monkeypatch.setattr(said, "isatty", lambda: is_terminal)
    monkeypatch.setattr(sys, "stderr", said)
    hatchet = offline()
    monkeypatch.setattr(engines, "client", lambda given: (hatchet, "an engine"))
    with engines.connected(chosen(json=as_json)) as given:
        assert given is hatchet
    assert said.getvalue() == told


API: dict[type[errors.ApiError], Exit] = {
    errors.NotFound: Exit.NOT_FOUND, errors.Unauthenticated: Exit.REFUSED, errors.PermissionDenied: Exit.REFUSED,
    errors.Unsupported: Exit.REFUSED, errors.InvalidRequest: Exit.USAGE, errors.AlreadyExists: Exit.USAGE,
    errors.Unavailable: Exit.UNREACHABLE, errors.ServerError: Exit.UNREACHABLE,
    errors.DeadlineExceeded: Exit.UNREACHABLE,
}  # fmt: skip
CODES: list[tuple[Exception, Exit]] = [
    *((kind("no", code="c", call="it"), code) for kind, code in API.items()),
    (errors.RunFailed("r", [errors.TaskFailure("t", "E", "no", "", None)]), Exit.FAILED),
    (errors.RunCancelled("r"), Exit.FAILED),
    (errors.ConfigError("s", "no", source="here", remedy="none"), Exit.USAGE),
    (errors.InputError("no"), Exit.USAGE),
    (errors.DefinitionError("no"), Exit.USAGE),
]


@pytest.mark.parametrize(("error", "code"), CODES, ids=lambda value: type(value).__name__)
def test_an_error_ends_the_command_with_its_code(error: Exception, code: Exit) -> None:
    assert code_of(error) is code


def test_the_codes_are_those_that_are_documented() -> None:
    assert {each.name: each.value for each in Exit} == {
        "FINE": 0, "FAILED": 1, "USAGE": 2, "NOT_FOUND": 3, "REFUSED": 4, "UNREACHABLE": 5,
    }  # fmt: skip


def test_what_went_wrong_is_said_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    refuse(ValueError("one\n  two\tthree "))
    assert capsys.readouterr() == ("", "hatchet-py: one two three\n")


@pytest.mark.parametrize(
    ("raised", "code", "told"),
    [
        (Stop(Exit.REFUSED, "no"), 4, "hatchet-py: no\n"), (Stop(Exit.FAILED), 1, ""), (KeyboardInterrupt(), 130, ""),
        (errors.InputError("bad\nthing"), 2, "hatchet-py: bad thing\n"),
    ],
)  # fmt: skip
def test_the_command_ends_as_what_is_raised_says(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], raised: BaseException, code: int, told: str
) -> None:
    def fails(given: argparse.Namespace) -> int:
        raise raised

    monkeypatch.setattr("hatchet.cli.looking.crons", fails)
    assert main(["crons", "list"]) == code
    assert capsys.readouterr() == ("", told)


def test_a_fault_of_the_command_itself_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(given: argparse.Namespace) -> int:
        raise ZeroDivisionError("at fault")

    monkeypatch.setattr("hatchet.cli.looking.crons", fails)
    with pytest.raises(ZeroDivisionError):
        main(["crons", "list"])


def test_who_reads_no_further_ends_the_command_well(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(given: argparse.Namespace) -> int:
        raise BrokenPipeError

    said = io.StringIO()
    monkeypatch.setattr(sys, "stderr", said)
    monkeypatch.setattr("hatchet.cli.looking.crons", fails)
    assert main(["crons", "list"]) == 0
    assert said.closed


# -- workers


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A module in the folder where the command runs; its name."""
    name = f"shop_of_{tmp_path.name}"
    (tmp_path / f"{name}.py").write_text(SHOP)
    monkeypatch.syspath_prepend(tmp_path)
    yield name
    sys.modules.pop(name, None)


@pytest.mark.parametrize(
    ("arguments", "given", "forced", "code"),
    [
        ([], {"slots": None, "durable_slots": None}, False, Exit.FINE),
        (["--name", "w", "--slots", "3", "--durable-slots", "4"], {"slots": 3, "durable_slots": 4}, True, Exit.FAILED),
    ],
)
def test_a_worker_runs_what_a_module_declares(
    shop: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str],
    given: dict[str, Any], forced: bool, code: Exit,
) -> None:  # fmt: skip
    made: list[tuple[str, list[str], dict[str, Any]]] = []
    began: list[bool] = []
    logged: dict[str, Any] = {}

    def worker(self: Hatchet, name: str, *, workflows: list[Any], **options: Any) -> SimpleNamespace:
        made.append((name, [each.name for each in workflows], options))
        return SimpleNamespace(start=lambda: began.append(True), was_forced=forced)

    monkeypatch.setattr(Hatchet, "worker", worker)
    monkeypatch.setattr(logging, "basicConfig", lambda **options: logged.update(options))
    assert main(["worker", f"{shop}:hatchet", *arguments]) == code
    assert made == [("w" if arguments else shop, ["alone", "flow"], given)]
    assert began == [True]
    assert logged["level"] == logging.INFO
    assert "%(name)s" in logged["format"]
    assert capsys.readouterr().out == "alone: alone\nflow: first, second\n"
    assert "HATCHET_CLIENT_EMBEDDED" not in os.environ


def test_a_worker_is_of_the_profile_and_of_the_folder(shop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def worker(self: Hatchet, name: str, **options: Any) -> SimpleNamespace:
        return SimpleNamespace(start=lambda: None, was_forced=False)

    monkeypatch.setattr(Hatchet, "worker", worker)
    monkeypatch.setattr(logging, "basicConfig", lambda **options: None)
    profile("far", HATCHET_CLIENT_NAMESPACE="n")
    main(["worker", shop, "--profile", "far", "--data", "there"])
    assert (os.environ["HATCHET_CLIENT_NAMESPACE"], os.environ["HATCHET_CLIENT_EMBEDDED"]) == ("n", "there")
    del os.environ["HATCHET_CLIENT_NAMESPACE"]
    monkeypatch.setenv("HATCHET_PROFILE", "far")
    main(["worker", shop])
    assert os.environ["HATCHET_CLIENT_NAMESPACE"] == "n"


def test_a_worker_that_reloads_is_the_same_command_without_that_word(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[list[str], Path]] = []

    def reloading(command: list[str], folder: Path) -> Exit:
        asked.append((command, folder))
        return Exit.FINE

    monkeypatch.setattr(working, "reloading", reloading)
    monkeypatch.setattr(sys, "argv", ["hatchet-py", "worker", "--reload", "tasks", "--slots", "3"])
    assert main() == Exit.FINE
    command = [sys.executable, "-m", "hatchet", "worker", "tasks", "--slots", "3"]
    assert asked == [(command, Path.cwd())]


def test_the_files_of_a_program_are_those_of_its_own(tmp_path: Path) -> None:
    for name in ("a.py", "b.txt", "in/c.py", ".venv/d.py", "__pycache__/e.py", "node_modules/f.py",
                 "in/site-packages/g.py", "in/.hidden/h.py"):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    (tmp_path / "gone.py").symlink_to(tmp_path / "nowhere")
    found = working._files(tmp_path)
    assert found == {name: (tmp_path / name).stat().st_mtime_ns for name in ("a.py", "in/c.py")}


class Process:
    """A worker's process as far as `end` knows it."""

    def __init__(self, *, ended: bool, drains: bool) -> None:
        self.ended, self.drains, self.done = ended, drains, list[str]()

    def poll(self) -> int | None:
        return 0 if self.ended else None

    def terminate(self) -> None:
        self.done.append("terminate")

    def kill(self) -> None:
        self.done.append("kill")

    def wait(self, timeout: float | None = None) -> int:
        self.done.append(f"wait {timeout}")
        if timeout is not None and not self.drains:
            raise subprocess.TimeoutExpired("worker", timeout)
        return 0


@pytest.mark.parametrize(
    ("ended", "drains", "done"),
    [(True, True, []), (False, True, ["terminate", "wait 10.0"]),
     (False, False, ["terminate", "wait 10.0", "kill", "wait None"])],
)  # fmt: skip
def test_a_worker_may_drain_before_it_is_killed(ended: bool, drains: bool, done: list[str]) -> None:
    process: Any = Process(ended=ended, drains=drains)
    working.end(process)
    assert process.done == done


def test_the_worker_of_dev_reloads_and_is_of_its_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[tuple[list[str], dict[str, str]]] = []
    monkeypatch.setattr(subprocess, "Popen", lambda command, env: started.append((command, env)))
    monkeypatch.setenv("HATCHET_CLIENT_EMBEDDED", "elsewhere")
    monkeypatch.setenv("hatchet_client_embedded_retained_runs", "5")
    monkeypatch.setenv("OTHER", "o")
    dev._worker("tasks", Endpoint("a token", "a tenant", "127.0.0.1:1", "http://127.0.0.1:2", 3))
    [(command, environment)] = started
    assert command == [sys.executable, "-m", "hatchet", "worker", "--reload", "tasks"]
    ours = {name: value for name, value in environment.items() if name.upper().startswith("HATCHET_CLIENT")}
    assert ours == {"HATCHET_CLIENT_TOKEN": "a token", "HATCHET_CLIENT_TLS_STRATEGY": "none"}
    assert environment["OTHER"] == "o"


def test_the_page_of_dev_is_a_client_of_its_engine() -> None:
    made = dev._settings(Endpoint(token(), "a tenant", "127.0.0.1:1", "http://127.0.0.1:2", 3))
    assert (made.token, made.host_port, made.server_url, made.tls_config.strategy) == (
        token(), "127.0.0.1:1", "http://127.0.0.1:2", TlsStrategy.NONE,
    )  # fmt: skip


# -- modules


def test_the_client_of_a_module_is_the_first_that_it_has_or_that_of_its_tasks(
    shop: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / f"{shop}_other.py").write_text(f"from {shop} import alone as mine, stranger\n")
    client, found = declared(f"{shop}_other")
    assert [each.name for each in found] == ["alone", "flow"]
    assert client is sys.modules[shop].hatchet
    sys.modules.pop(f"{shop}_other")
    monkeypatch.setattr(sys, "path", [each for each in sys.path if each not in ("", str(tmp_path))])
    declared(shop)
    assert sys.path[0] == str(tmp_path)
    declared(shop)
    assert sys.path.count(str(tmp_path)) == 1


def test_a_client_without_tasks_is_told(shop: str, tmp_path: Path) -> None:
    (tmp_path / f"{shop}_empty.py").write_text("from hatchet import Hatchet\n\nmine = Hatchet.from_embedded(None)\n")
    with pytest.raises(Stop, match=f"^{shop}_empty declares no tasks or workflows that a module has a name for$"):
        declared(f"{shop}_empty")
    sys.modules.pop(f"{shop}_empty")
