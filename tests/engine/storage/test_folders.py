"""The data folder: who may read it, every layout that there was, and what is refused in one line."""

from __future__ import annotations

import json
import logging
import os
import shutil
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from hatchet import Hatchet, HatchetError
from hatchet.cli import main
from hatchet.engine import EmbeddedEngine, EngineSettings, EngineStartError, MovableClock
from hatchet.engine.storage.schema import LAYOUT, OLDEST
from hatchet_api.grpc.v1 import streams_pb2
from hatchet_api.grpc.v1 import workflows_pb2 as admin_pb2
from hatchet_api.rest import models
from tests.engine.durable_peer import child, durable_worker, event, sleep
from tests.engine.peer import Peer, connected, outputs, payload, push
from tests.engine.rest_peer import Rest
from tests.engine.storage.make_layout import HOOK, LAYOUTS
from tests.engine.storage.rights import enforced

TOPICS = 6  # the first layout with durable streams
KEEPS_ALL = EngineSettings(retained_for=None)


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def start_and_stop(data: Path) -> None:
    engine = EmbeddedEngine(data)
    await engine.start()
    await engine.stop(grace=0.1)


async def refusal(data: Path) -> str:
    """What the engine says when it does not start on a folder."""
    with pytest.raises(EngineStartError) as caught:
        await start_and_stop(data)
    return str(caught.value)


# -- rights


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077, 0o177])
async def test_the_folder_and_every_file_in_it_are_for_the_user_only(tmp_path: Path, umask: int) -> None:
    data = tmp_path / "data"
    before = os.umask(umask & ~0o100)  # without the right to enter it, tmp_path itself could not be used
    try:
        engine = EmbeddedEngine(data)
        async with connected(await engine.start()) as peer:
            await peer.put("some")
            names = {path.name for path in data.iterdir()}
            assert {
                path.name: oct(rights(path)) for path in data.iterdir() if path.name != ".gitignore"
            } == dict.fromkeys(names - {".gitignore"}, "0o600")
            assert names == {".gitignore", "engine.db", "engine.db-wal", "engine.db-shm", "engine.json", "engine.lock"}
            assert rights(data) == 0o700
        await engine.stop(grace=0.1)
    finally:
        os.umask(before)
    assert (data / ".gitignore").read_text() == "*\n"


async def test_a_folder_and_files_with_wider_rights_are_narrowed(tmp_path: Path) -> None:
    data = tmp_path / "data"
    await start_and_stop(data)
    data.chmod(0o755)
    for path in data.iterdir():
        path.chmod(0o644)
    (data / "engine.db-wal").touch(0o666)
    await start_and_stop(data)
    assert rights(data) == 0o700
    assert {oct(rights(path)) for path in data.iterdir()} == {"0o600"}


async def test_a_folder_with_other_files_keeps_its_rights_and_is_not_hidden_from_git(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    project = tmp_path / "project"
    project.mkdir()
    project.chmod(0o755)
    (project / "main.py").touch(0o644)
    await start_and_stop(project)
    assert rights(project) == 0o755
    assert rights(project / "main.py") == 0o644
    assert rights(project / "engine.db") == 0o600
    assert not (project / ".gitignore").exists()
    assert "holds other files, too, so its rights are left" in caplog.text


async def test_a_gitignore_of_the_users_own_stays(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("*.log\n")
    await start_and_stop(tmp_path)
    assert (tmp_path / ".gitignore").read_text() == "*.log\n"


# -- layouts


def folder_of(layout: int, data: Path) -> dict[str, str]:
    """A folder as an engine of that layout left it; the ids of its runs."""
    text = (LAYOUTS / f"{layout}.sql").read_text(encoding="utf-8")
    data.mkdir()
    db = sqlite3.connect(data / "engine.db")
    db.executescript(text)
    db.close()
    runs: dict[str, str] = json.loads(text.splitlines()[0].removeprefix("-- "))
    return runs


def clock_of(data: Path) -> MovableClock:
    """A clock that shows the time at which the folder was left."""
    db = sqlite3.connect(data / "engine.db")
    [left] = db.execute("SELECT max(created_at) FROM runs").fetchone()
    db.close()
    clock = MovableClock()
    clock.set_by(left + 1 - clock.now())
    return clock


def test_there_is_a_folder_of_every_layout() -> None:
    assert {path.stem for path in LAYOUTS.glob("*.sql")} == {str(number) for number in range(OLDEST, LAYOUT + 1)}


@pytest.mark.parametrize("layout", range(OLDEST, LAYOUT + 1))
async def test_a_folder_of_any_layout_goes_on_with_everything_in_it(tmp_path: Path, layout: int) -> None:
    data = tmp_path / "data"
    runs = folder_of(layout, data)
    clock = clock_of(data)
    engine = EmbeddedEngine(data, clock=clock, settings=KEEPS_ALL)
    async with connected(await engine.start()) as peer:
        rest = Rest(peer)
        assert outputs(await peer.result(runs["done"])) == {"solo": {"done": True}}
        logged = await rest.get(models.V1LogLineList, f"/api/v1/stable/tasks/{runs['done']}/logs")
        assert [line.message for line in logged.rows or []] == ["a line"]
        assert (await peer.details(runs["dag"])).status == admin_pb2.RUNNING
        worker = await peer.worker("sleepy:sleepy", "filtered:filtered", "later:later", "ticking:ticking")
        first, second = await worker.next(), await worker.next()
        assert first.workflow_run_id == runs["waiting"]
        assert payload(second)["triggers"] == {"filter_payload": {"p": 1}}
        await worker.complete(first)
        await worker.complete(second)
        hook = f"/api/v1/stable/tenants/{rest.tenant}/webhooks/{HOOK['name']}"
        answer = await rest.http.post(hook, json={"kind": "go"}, headers={"X-Key": "s3cret"})
        assert answer.status_code == 200
        clock.advance(3601)
        slept = await worker.next()
        assert slept.workflow_run_id == runs["sleeping"]
        await worker.complete(slept)
        if "evicted" in runs:
            await push(peer, "never", {"came": True}, scope="s")
            durable = await durable_worker(peer, "durable:durable")
            restored = await durable.next()
            assert (restored.task_id, restored.count) == (runs["evicted"], 2)
            assert (await restored.memo(b"key")).memo_result_payload == b'"remembered"'
            await durable.stream.done()
            await restored.run(child("spawned", {"from": "durable"}, index=0))
            assert (await durable.stream.done()).error_message == "task was cancelled"  # nobody took it in time
            await restored.wait(sleep("1h"), event("never", scope="s"))
            assert (await durable.stream.done()).satisfied_order == 3
            durable.stream.hang_up()
        if layout >= TOPICS:
            question = streams_pb2.SubscribeStreamRequest(topic="t")
            part = await anext(aiter(peer.streams.subscribe(question, metadata=peer.metadata, timeout=10)))
            assert [entry.payload for entry in part.entries] == [b"kept"]
        clock.advance(367 * 86_400)
        assert payload(await worker.next())["input"] == {"from": "cron"}
        await rest.http.aclose()
    await engine.stop(grace=0.1)
    kept = data / f"engine.db.layout-{layout}"
    assert kept.exists() == (layout < LAYOUT)
    db = sqlite3.connect(data / "engine.db")
    assert db.execute("PRAGMA user_version").fetchone() == (LAYOUT,)
    assert db.execute("PRAGMA auto_vacuum").fetchone() == (2,)
    db.close()
    if layout < LAYOUT:
        assert rights(kept) == 0o600
        copy = sqlite3.connect(kept)
        assert copy.execute("PRAGMA user_version").fetchone() == (layout,)
        assert copy.execute("SELECT count(*) FROM runs").fetchone() >= (4,)
        copy.close()


@pytest.mark.parametrize("layout", range(OLDEST, LAYOUT))
async def test_a_migrated_database_has_the_tables_and_indexes_of_a_new_one(tmp_path: Path, layout: int) -> None:
    def shape(data: Path) -> set[tuple[str, str]]:
        db = sqlite3.connect(data / "engine.db")
        found = {
            (row[0], " ".join(row[1].split()))
            for row in db.execute("SELECT name, sql FROM sqlite_master WHERE sql <> ''")
        }
        db.close()
        return found

    folder_of(layout, tmp_path / "old")
    await start_and_stop(tmp_path / "old")
    await start_and_stop(tmp_path / "new")
    assert shape(tmp_path / "old") == shape(tmp_path / "new")


async def test_a_step_that_fails_leaves_the_database_as_it_was(tmp_path: Path) -> None:
    data = tmp_path / "data"
    folder_of(OLDEST, data)
    db = sqlite3.connect(data / "engine.db")
    db.execute("CREATE INDEX runs_finished ON runs (finished_at)")  # so the step cannot make it
    db.close()
    said = await refusal(data)
    assert f"could not be brought to layout {OLDEST + 1}, and is as it was" in said
    db = sqlite3.connect(data / "engine.db")
    assert db.execute("PRAGMA user_version").fetchone() == (OLDEST,)
    db.execute("DROP INDEX runs_finished")
    db.close()
    await start_and_stop(data)


async def test_a_later_layout_is_refused_by_both_numbers_and_left_alone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    folder_of(LAYOUT, data)
    db = sqlite3.connect(data / "engine.db")
    db.execute(f"PRAGMA user_version = {LAYOUT + 5}")
    db.close()
    before = (data / "engine.db").read_bytes()
    said = await refusal(data)
    assert f"layout {LAYOUT + 5}, and this one reads up to {LAYOUT}" in said
    assert str(data / "engine.db") in said
    assert (data / "engine.db").read_bytes() == before


# -- what cannot be used


def overwrite(path: Path, at: int, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(content)


def other_program(path: Path) -> None:
    path.unlink()
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE bookmarks (url TEXT)")
    db.close()


def lost_table(path: Path) -> None:
    db = sqlite3.connect(path)
    db.execute("DROP TABLE logs")
    db.execute("DROP TABLE runs")
    db.close()


def statement(path: Path, text: str) -> None:
    db = sqlite3.connect(path)
    db.execute(text)
    db.commit()
    db.close()


def replaced_by_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def replaced_by_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def missing_beside_its_log(path: Path) -> None:
    path.unlink()
    path.with_name("engine.db-wal").write_bytes(b"x" * 100)


def dangling(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.with_name("gone.db"))


SPOILT: dict[str, tuple[Callable[[Path], object], str]] = {
    "header": (lambda path: overwrite(path, 0, b"\0" * 100), "is no database of the embedded engine"),
    "version in the header": (lambda path: overwrite(path, 18, b"\x09\x09"), "engine.db"),
    "first page": (lambda path: overwrite(path, 100, os.urandom(1500)), "is damaged"),
    "middle": (lambda path: overwrite(path, 12_288, os.urandom(20_000)), "is damaged"),
    "zeros in the middle": (lambda path: overwrite(path, 8192, b"\0" * 30_000), "is damaged"),
    "cut in half": (lambda path: os.truncate(path, path.stat().st_size // 2), "is damaged"),
    "cut by a page": (lambda path: os.truncate(path, path.stat().st_size - 4096), "is damaged"),
    "cut within a page": (lambda path: os.truncate(path, path.stat().st_size - 1000), "is damaged"),
    "cut to nothing": (lambda path: os.truncate(path, 0), "is empty, so it was cut off"),
    "cut to a header": (lambda path: os.truncate(path, 100), "engine.db"),
    "text": (lambda path: path.write_text("# notes\n" * 100), "is no database of the embedded engine"),
    "another program's": (other_program, "is a database of another program"),
    "a folder": (replaced_by_folder, "is a folder or a device"),
    "a pipe": (replaced_by_pipe, "is a folder or a device"),
    "without its log": (missing_beside_its_log, "is missing although engine.db-wal is there"),
    "a link": (dangling, "is a link that leads nowhere"),
    "tables lost": (lost_table, "engine.db"),
    "an old layout": (lambda path: statement(path, "PRAGMA user_version = 1"), "layout 1, and this one reads from 3"),
    "a workflow that cannot be read": (
        lambda path: statement(path, "UPDATE versions SET source = x'00ff00ff'"),
        "holds what this engine cannot read",
    ),
    "a cron that cannot be read": (
        lambda path: statement(path, "UPDATE kept SET data = '{' WHERE kind = 'cron'"),
        "holds what this engine cannot read",
    ),
    "a secret that is none": (
        lambda path: statement(path, "UPDATE meta SET value = 'x' WHERE key = 'secret'"),
        "holds what this engine cannot read",
    ),
    "a run without its workflow": (lambda path: statement(path, "DELETE FROM versions"), "cannot read"),
}


@pytest.mark.parametrize("how", SPOILT)
async def test_a_database_that_cannot_be_used_is_one_line_that_names_the_file(
    tmp_path: Path, how: str, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    folder_of(LAYOUT, data)
    spoil, words = SPOILT[how]
    spoil(data / "engine.db")
    said = await refusal(data)
    assert words in said
    assert str(data / "engine.db") in said
    assert "\n" not in said
    assert any(advice in said for advice in ("move", "put", "take", "check", "choose", "start again")), said
    shutil.rmtree(data)
    await start_and_stop(data)  # nothing of it stays in the process


@pytest.mark.parametrize("how", ["middle", "another program's", "a folder", "cut to nothing"])
def test_the_client_and_the_command_say_so_in_one_line(
    tmp_path: Path, how: str, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    folder_of(LAYOUT, data)
    spoil, words = SPOILT[how]
    spoil(data / "engine.db")
    with pytest.raises(HatchetError, match=words) as caught:
        Hatchet.from_embedded(data)
    assert str(data / "engine.db") in str(caught.value)
    root = logging.getLogger()
    before, level = list(root.handlers), logging.getLogger("hatchet").level
    try:
        assert main(["dev", "--data", str(data)]) == 1
    finally:
        root.handlers[:] = before
        logging.getLogger("hatchet").setLevel(level)
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("hatchet-py: ")
    assert words in printed.err
    assert printed.err.count("\n") == 1


async def test_a_file_in_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    assert f"the data folder {tmp_path / 'data'} is, or lies below, a file" in await refusal(tmp_path / "data")
    assert "is, or lies below, a file" in await refusal(tmp_path / "data" / "below")


@pytest.mark.parametrize(
    ("name", "mode"), [("engine.db", 0o000), ("engine.db", 0o400), (".", 0o500), (".", 0o000), ("engine.lock", 0o000)]
)
async def test_what_may_not_be_read_or_written_is_named(tmp_path: Path, name: str, mode: int) -> None:
    data = tmp_path / "data"
    await start_and_stop(data)
    (data / name).chmod(mode)
    try:
        with enforced():
            said = await refusal(data)
    finally:
        data.chmod(0o700)
    assert str(data) in said
    assert "rights" in said
    assert "\n" not in said


async def test_a_folder_that_may_not_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    with enforced():
        said = await refusal(tmp_path / "closed" / "data")
    assert f"the data folder {tmp_path / 'closed' / 'data'} cannot be used (Permission denied)" in said


async def test_a_database_that_another_program_holds_is_named(tmp_path: Path) -> None:
    data = tmp_path / "data"
    await start_and_stop(data)
    browser = sqlite3.connect(data / "engine.db", isolation_level=None)
    browser.execute("PRAGMA locking_mode = EXCLUSIVE")
    browser.execute("BEGIN EXCLUSIVE")
    try:
        said = await refusal(data)
    finally:
        browser.close()
    assert f"{data / 'engine.db'} is locked by another program; close what has it open" in said
    await start_and_stop(data)


async def test_what_was_begun_to_be_made_is_made_anew(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "engine.db.new").write_bytes(b"half")
    await start_and_stop(data)
    assert not (data / "engine.db.new").exists()


async def test_an_empty_log_that_was_left_without_its_database_is_no_loss(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    log = data / "engine.db-wal"
    log.touch()
    await start_and_stop(data)
    (data / "engine.db").unlink()
    log.write_bytes(b"x")
    assert await refusal(data) == (
        f"{data / 'engine.db'} is missing although engine.db-wal is there; put it back, or take engine.db-wal away,"
        " too, to start with an empty folder"
    )


async def test_a_client_of_a_restored_copy_is_the_same_tenant(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path / "one")
    endpoint = await engine.start()
    await engine.stop(grace=0.1)
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    copy = EmbeddedEngine(tmp_path / "two")
    async with connected(await copy.start(), endpoint.token) as peer:
        assert isinstance(peer, Peer)
        await peer.put("known")
    await copy.stop(grace=0.1)
