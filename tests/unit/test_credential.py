"""The token is in one place: whoever is refused goes on with a new one, and a broken file changes nothing."""

from __future__ import annotations

import asyncio
import logging
import os
from pathlib import Path
from typing import Any

import pytest

from hatchet import ClientConfig, ConfigError, Hatchet, Unauthenticated
from hatchet.config import Credential
from hatchet_api.calls import CallError, StatusCode
from hatchet_api.grpc import dispatcher_pb2 as dispatcher
from tests.unit.offline import token
from tests.unit.scripted import ScriptedEngine, bearer

OLD, NEW = token(n="old"), token(n="new")


def written(path: Path, text: str) -> Credential:
    path.write_text(text)
    return Credential(text, str(path))


def test_whoever_was_refused_with_an_old_token_has_a_new_one_and_the_file_is_read_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "token"
    credential = written(file, OLD)
    old = credential.current
    file.write_text(NEW)
    with caplog.at_level(logging.INFO, "hatchet"):
        assert [credential.refused(old) for _ in range(50)] == [True] * 50
    assert credential.current.text == NEW
    assert len(caplog.records) == 1
    assert not credential.refused(credential.current)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"\xff\xfee\0y\0", "is not UTF-8"),
        ("ey\u00e9.x.y".encode(), "characters that no token has"),
        (b"eya.b\nX-Other: 1", "characters that no token has"),
        (b"", "no API token"),
        (b"nonsense", "not an API token"),
        (OLD[:40].encode(), "not an API token|cannot be decoded"),
        (b"\0" * 100_000, "characters that no token has"),
        (None, "cannot be read"),
    ],
)
def test_a_file_that_holds_no_token_is_one_warning_and_the_old_token_stays(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, content: bytes | None, problem: str
) -> None:
    file = tmp_path / "token"
    credential = written(file, OLD)
    file.unlink()
    if content is not None:
        file.write_bytes(content)
    for _ in range(3):
        assert not credential.refused(credential.current)
    assert credential.is_awaited
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert caplog.records[0].getMessage()
    with pytest.raises(ConfigError, match=problem):
        ClientConfig(token_file=str(file))
    file.write_text(NEW)
    assert credential.refused(credential.current)
    assert not credential.is_awaited


def test_a_folder_and_a_pipe_are_no_new_token(tmp_path: Path) -> None:
    folder = Credential(OLD, str(tmp_path))
    assert not folder.refused(folder.current)
    os.mkfifo(tmp_path / "pipe")
    pipe = Credential(OLD, str(tmp_path / "pipe"))
    assert not pipe.refused(pipe.current)


def test_it_is_not_shown(tmp_path: Path) -> None:
    credential = written(tmp_path / "token", OLD)
    assert OLD not in f"{credential!r} {credential.current!r} {credential.current}"


def rotating(good: dict[str, str]) -> ScriptedEngine:
    async def version(request: Any, context: Any) -> Any:
        await asyncio.sleep(0)
        if bearer(context) != good["token"]:
            raise CallError(StatusCode.UNAUTHENTICATED, "invalid auth token")
        return dispatcher.GetVersionResponse(version="v0.115.0")

    return ScriptedEngine(get_version=version)


@pytest.mark.parametrize("attempts", [1, 5])
async def test_any_number_of_calls_go_on_with_a_rotated_token(tmp_path: Path, attempts: int) -> None:
    file = tmp_path / "token"
    file.write_text(OLD)
    good = {"token": OLD}
    hatchet = rotating(good).client(token=None, token_file=str(file), tenacity=tenacity(attempts))
    for n in range(3):
        good["token"] = token(n=n)
        file.write_text(good["token"])
        assert set(await asyncio.gather(*(hatchet.aio_get_engine_version() for _ in range(20)))) == {"v0.115.0"}


def tenacity(attempts: int) -> Any:
    from hatchet import TenacityConfig

    return TenacityConfig(max_attempts=attempts)


async def test_a_rotation_whose_file_follows_a_moment_later_is_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(OLD)
    hatchet = rotating({"token": NEW}).client(token=None, token_file=str(file))
    asyncio.get_running_loop().call_later(0.1, file.write_text, NEW)
    assert await hatchet.aio_get_engine_version() == "v0.115.0"


def test_a_token_without_a_file_that_is_refused_is_refused_at_once() -> None:
    engine = rotating({"token": NEW})
    hatchet: Hatchet = engine.client(token=OLD)
    with pytest.raises(Unauthenticated):
        hatchet.get_engine_version()
    assert engine.calls["get_version"] == 1
