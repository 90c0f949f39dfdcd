"""The command `hatchet dev`: what it is told on the command line is what it serves."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import pytest

from hatchet import __version__
from hatchet._embedded_options import EmbeddedSpec
from hatchet._embedded_options import options as embedded_options
from hatchet.cli import main


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
            assert main(["dev", *arguments, "--synchronous", "sometimes"]) == 1
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

    async def dev(data: Path | None, grpc_port: int, api_port: int, spec: EmbeddedSpec) -> int:
        served.append((data, grpc_port, api_port))
        return 3

    monkeypatch.setattr("hatchet.cli._dev", dev)
    monkeypatch.setattr("hatchet.cli._log_to_stderr", lambda *, verbose: None)
    assert main(["dev", *arguments]) == 3
    assert served == [expected]


@pytest.mark.parametrize("option", [option.name for option in embedded_options() if option.name != "synchronous"])
def test_each_option_of_the_engine_is_a_flag(monkeypatch: pytest.MonkeyPatch, option: str) -> None:
    given: list[EmbeddedSpec] = []

    async def dev(data: Path | None, grpc_port: int, api_port: int, spec: EmbeddedSpec) -> int:
        given.append(spec)
        return 0

    monkeypatch.setattr("hatchet.cli._dev", dev)
    monkeypatch.setattr("hatchet.cli._log_to_stderr", lambda *, verbose: None)
    assert main(["dev", f"--{option.replace('_', '-')}", "7"]) == 0
    assert [getattr(spec, option) for spec in given] == [7]


def test_a_command_without_a_word_says_which_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ([], ["serve"], ["dev", "--nothing"]):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == 2
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"hatchet {__version__}\n"
