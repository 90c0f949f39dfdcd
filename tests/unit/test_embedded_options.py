"""What an embedded engine keeps: one declaration for programs, the environment and the command."""

from __future__ import annotations

import inspect
import re
import signal
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from hatchet import ClientConfig, ConfigError, Hatchet
from hatchet._embedded_options import EmbeddedOptions, EmbeddedSpec, options
from hatchet.cli import main
from hatchet.embedded import Local
from tests.e2e.programs import DevEngine
from tests.forking import Program, Programs

ROOT = Path(__file__).parents[2]
BAD: list[tuple[str, object, str]] = [
    ("retained_days", 0, "is no number above 0"),
    ("retained_days", -1, "is no number above 0"),
    ("retained_days", "soon", "is no number above 0"),
    ("retained_days", "inf", "is no number above 0"),
    ("retained_days", "nan", "is no number above 0"),
    ("retained_runs", 1.5, "is no whole number above 0"),
    ("retained_runs", "many", "is no whole number above 0"),
    ("retained_megabytes", "-5", "is no number above 0"),
    ("synchronous", "off", "is no such mode"),
    ("synchronous", None, "is no such mode"),
]


def spec(**given: Any) -> EmbeddedSpec:  # Any: what no checker would let pass
    return ClientConfig(embedded="memory", embedded_options=given).embedded_options  # type: ignore[arg-type]  # as above


def test_the_defaults_are_those_of_the_declaration() -> None:
    assert spec() == EmbeddedSpec()
    assert {each.name for each in options()} == set(EmbeddedOptions.__annotations__)


def test_an_argument_beats_the_environment_which_beats_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HATCHET_CLIENT_EMBEDDED_RETAINED_DAYS", "7")
    monkeypatch.setenv("HATCHET_CLIENT_EMBEDDED_RETAINED_RUNS", "none")
    monkeypatch.setenv("HATCHET_CLIENT_EMBEDDED_SYNCHRONOUS", "FULL")
    assert spec(retained_days=2.5) == EmbeddedSpec(retained_days=2.5, retained_runs=None, synchronous="full")
    assert spec(retained_runs=None, synchronous="normal") == EmbeddedSpec(retained_days=7.0, retained_runs=None)


@pytest.mark.parametrize(("name", "value", "words"), BAD)
def test_a_value_that_is_none_is_refused_by_name(name: str, value: object, words: str) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        spec(**{name: value})
    assert name in str(caught.value)
    assert "Write" in str(caught.value)


@pytest.mark.parametrize(("name", "value", "words"), [each for each in BAD if each[1] is not None])
def test_so_is_one_of_the_environment_and_of_the_command(
    name: str, value: object, words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["dev", f"--{name.replace('_', '-')}={value}"]) == 2
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1
    variable = f"HATCHET_CLIENT_EMBEDDED_{name.upper()}"
    monkeypatch.setenv(variable, str(value))
    with pytest.raises(ConfigError, match=words) as caught:
        Hatchet.from_embedded(None)
    assert variable in str(caught.value)


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(ConfigError) as raised:
        spec(retained_weeks=1)
    assert str(raised.value) == (
        "retained_weeks (from an argument): there is no such option. "
        "Known are retained_days, retained_runs, retained_megabytes, synchronous."
    )


def test_help_shows_every_option_of_from_embedded() -> None:
    assert set(EmbeddedOptions.__annotations__) <= set(inspect.signature(Hatchet.from_embedded).parameters)


def test_the_engine_gets_them() -> None:
    settings = EmbeddedSpec(retained_days=2, retained_runs=None, retained_megabytes=3, synchronous="full").settings()
    assert (settings.retained_for, settings.retained_runs, settings.retained_bytes) == (172_800.0, None, 3 << 20)
    assert settings.synchronous == "FULL"


@pytest.mark.parametrize(("mode", "number"), [("normal", 1), ("full", 2)])
def test_the_database_is_as_safe_as_asked_for(tmp_path: Path, mode: str, number: int) -> None:
    hatchet = Hatchet.from_embedded(tmp_path, **EmbeddedOptions(synchronous=mode))  # type: ignore[typeddict-item]  # by name
    try:
        local = hatchet.gateway.local
        assert isinstance(local, Local)
        engine = local._engine
        assert engine is not None

        async def synchronous() -> int:  # a database belongs to the thread that opened it
            assert engine._store is not None
            return int(engine._store.db.execute("PRAGMA synchronous").fetchone()[0])

        assert hatchet.io.block(synchronous()) == number
    finally:
        hatchet.stop_embedded()


DEV = ("-m", "hatchet.cli", "dev")


def until_it_serves(process: Program) -> None:
    said = ""
    while "TLS_STRATEGY" not in said:
        line = process.stdout.readline()
        assert line, said
        said += line


@pytest.mark.parametrize("verbose", [False, True])
def test_the_command_logs_warnings_to_stderr_and_more_when_asked(
    tmp_path: Path, verbose: bool, programs: Programs
) -> None:
    (tmp_path / "notes.txt").touch()
    tmp_path.chmod(0o755)
    with closing(programs.start(*DEV, "--data", str(tmp_path), *(["--verbose"] if verbose else []))) as process:
        until_it_serves(process)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(30)
    assert process.returncode == 0, err
    assert re.search(
        r"^\S+ \S+ WARNING hatchet\.engine\.storage\.folder: the data folder .* holds other files", err, re.MULTILINE
    )
    assert (" DEBUG " in err or " INFO " in err) == verbose
    assert "WARNING" not in out


def test_a_folder_that_is_served_already_is_one_line_of_the_command(tmp_path: Path, programs: Programs) -> None:
    first = DevEngine(tmp_path / "data", programs=programs)
    try:
        second = programs.run(*DEV, "--data", str(tmp_path / "data"))
    finally:
        first.kill()
    assert (second.code, second.said) == (1, "")
    assert second.complained.count("\n") == 1
    assert "already serves the data folder" in second.complained
