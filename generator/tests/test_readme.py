"""What the README says is done word by word: five commands from an empty folder to a client that is called."""

from __future__ import annotations

import os
import subprocess
import sysconfig
import tomllib
from pathlib import Path
from typing import Any

import pytest

from trials import served
from trials.examples import EXAMPLES, HOME, blocks
from trials.serving import Application

running, server = served.running, served.server


def _run(folder: Path, *command: str) -> str:
    environment = {key: value for key, value in os.environ.items() if key not in {"VIRTUAL_ENV", "PYTHONPATH"}}
    # Installed as it says, but from what is here: dependencies come from the environment that runs the tests.
    environment |= {"CLONE": str(HOME.parent), "PIP_NO_DEPS": "1", "PIP_NO_BUILD_ISOLATION": "0", "PIP_NO_INDEX": "1"}
    result = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the five commands were run."""
    folder = tmp_path_factory.mktemp("empty")
    commands = blocks("sh")[0].strip().splitlines()
    assert len(commands) == 5
    for command in commands:
        _run(folder, "bash", "-euc", command)
        if "-m venv" in command:
            packages = next((folder / ".venv" / "lib").glob("python*")) / "site-packages"
            (packages / "here.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return folder


def test_five_commands_make_a_client_that_talks_to_a_server_of_the_same_specification(
    made: Path, server: served.Server
) -> None:
    pets: dict[int, Any] = {}

    def add(sent: dict[str, Any]) -> tuple[int, Any]:
        pets[7] = {**sent["body"], "id": 7}
        return 200, pets[7]

    text = (made / "specs" / "openapi.yaml").read_text(encoding="utf-8")
    server.answer = Application(text, {"pet:add": add, "pet:get": lambda sent: (200, pets[sent["petId"]])})
    program = f"address = {server.url!r}\n{blocks('python')[0]}"
    assert _run(made, str(made / ".venv" / "bin" / "python"), "-c", program).strip() == "Rex"
    assert [(each.method, each.target) for each in server.received] == [("POST", "/pet"), ("GET", "/pet/7")]


def test_the_settings_that_it_shows_are_understood(tmp_path: Path) -> None:
    from wirewright.selection import Selection
    from wirewright.settings import Settings

    settings, selection, overlay, *_ = blocks("toml")
    for folder in ("specs/openapi", "specs/proto", "specs/overlay"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "wirewright.toml").write_text(settings, encoding="utf-8")
    (tmp_path / "select.toml").write_text(selection, encoding="utf-8")
    read = Settings.read(tmp_path / "wirewright.toml")
    assert (read.package, read.update.report) == ("acme_api", tmp_path / "docs" / "api-changes")
    assert Selection.read(tmp_path / "select.toml").folders == {"store": "shop"}
    # The overlay is of the health service: it goes through with it.
    (tmp_path / "specs" / "overlay" / "protos.toml").write_text(overlay, encoding="utf-8")
    (tmp_path / "specs" / "proto" / "health.proto").write_bytes((EXAMPLES / "health" / "health.proto").read_bytes())
    from wirewright import descriptors

    fields = [
        field.name
        for file in descriptors.described(read.protos or tmp_path, read.overlay).file
        for message in file.message_type
        if message.name == "HealthCheckRequest"
        for field in message.field
    ]
    assert fields == ["service", "deep"]
    assert tomllib.loads(settings)["update"]["descriptions"] is True


@pytest.mark.parametrize("line", [line.partition("#")[0].split() for line in blocks("sh")[1].strip().splitlines()])
def test_the_other_commands_that_it_names_exist(line: list[str]) -> None:
    from wirewright.cli import parser

    assert line[0] == "wirewright"
    parser().parse_args(line[1:])
