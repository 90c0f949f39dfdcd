"""Histories: how they are taken, that right code goes along with them, and what is said where code and history part."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Generator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hatchet import (
    Context,
    DurableContext,
    EmptyModel,
    Hatchet,
    InputError,
    NonDeterminismError,
    NotFound,
    RunFailed,
    SleepCondition,
    Standalone,
    TriggerWorkflowOptions,
    UserEventCondition,
    or_,
)
from hatchet.errors import HatchetError
from hatchet.testing import History, aio_history_of, aio_replay, history_of, load_history, replay, save_history
from tests.forking import Programs

LONG = timedelta(hours=1)
Code = Callable[[DurableContext], Any]


class Shop:
    """A client with a child task and a durable task, whose code a test changes."""

    def __init__(self, hatchet: Hatchet) -> None:
        self.hatchet = hatchet
        self.called: list[str] = []

        @hatchet.task(name="ship")
        async def ship(input: str, ctx: Context) -> str:
            self.called.append(f"ship {input}")
            if input == "bad":
                raise ValueError("no such parcel")
            return f"parcel {input}"

        self.ship = ship
        self.code: Code = self.then

        @hatchet.durable_task(name="order", execution_timeout=LONG)
        async def order(input: str, ctx: DurableContext) -> Any:
            return await self.code(ctx)

        self.order: Standalone[str, Any] = order

    async def reserve(self, shelf: int) -> str:
        self.called.append(f"reserve {shelf}")
        return f"shelf {shelf}"

    async def then(self, ctx: DurableContext) -> Any:
        """All kinds of entries."""
        shelf = await ctx.aio_memo(self.reserve, 7)
        await ctx.aio_now()
        patched = await ctx.aio_patched("receipts")
        await ctx.aio_sleep_for("1ms", label="a nap")
        first = await self.ship.aio_run("1")
        many = await self.ship.aio_run_many([self.ship.create_bulk_run_item("2"), self.ship.create_bulk_run_item("3")])
        keyed = await self.ship.aio_run("4", child_key="four")
        both = await asyncio.gather(self.ship.aio_run("5"), ctx.aio_sleep_for("1ms"))
        winner = await ctx.first(ctx.aio_wait_for_event("never"), ctx.aio_sleep_for("2ms"))
        outcome = await ctx.aio_wait_for("the boss", or_(UserEventCondition("yes"), SleepCondition("1ms")))
        failed = ""
        try:
            await self.ship.aio_run("bad")
        except RunFailed as error:
            failed = type(error).__name__
        return [shelf, patched, first, many, keyed, both[0], winner.index, len(outcome), failed]


@pytest.fixture
def shop() -> Generator[Shop]:
    with Hatchet.from_embedded(None) as hatchet:
        yield Shop(hatchet)


def only_file(folder: Path) -> Path:
    (path,) = folder.iterdir()
    return path


async def recorded(shop: Shop, folder: Path, source: str = "worker") -> History:
    """Run the order, and take its history."""
    async with shop.hatchet.worker("w", workflows=[shop.order, shop.ship], record_histories=folder):
        ref = await shop.order.aio_run_no_wait("x")
        await ref.aio_result()
        if source == "engine":
            return await aio_history_of(shop.hatchet, ref.workflow_run_id)
    return load_history(only_file(folder))


@pytest.fixture(params=["worker", "engine"])
def source(request: pytest.FixtureRequest) -> str:
    return str(request.param)


# -- right code


async def test_right_code_goes_along_with_every_kind_of_entry(shop: Shop, tmp_path: Path, source: str) -> None:
    history = await recorded(shop, tmp_path, source)
    assert [each.call["kind"] for each in history.entries].count("RUN") == 6
    shop.called.clear()
    replayed = await aio_replay(history, shop.order, shop.ship)
    assert replayed.ended
    assert replayed.error is None
    assert replayed.entries == len(history.entries) >= 14
    assert replayed.output == [
        "shelf 7", True, "parcel 1", ["parcel 2", "parcel 3"], "parcel 4", "parcel 5", 1, 1, "RunFailed",
    ]  # fmt: skip
    assert shop.called == [], "nothing is done again"


async def test_code_sees_of_its_run_what_it_saw(shop: Shop, tmp_path: Path) -> None:
    seen: list[tuple[object, ...]] = []

    async def looks(ctx: DurableContext) -> str:
        seen.append((ctx.priority, ctx.additional_metadata["k"], ctx.task_run_id, ctx.workflow_run_id, ctx.retry_count))
        await ctx.aio_now()
        return "seen"

    shop.code = looks
    async with shop.hatchet.worker("w", workflows=[shop.order], record_histories=tmp_path):
        await shop.order.aio_run("x", options=TriggerWorkflowOptions(priority=3, additional_metadata={"k": "v"}))
    path = only_file(tmp_path)
    again = tmp_path / "again.jsonl"
    save_history(load_history(path), again)
    for each in (path, again):
        assert (await aio_replay(load_history(each), shop.order)).error is None
    first, *others = seen
    assert first[:2] == (3, "v")
    assert others == [first] * 2


async def test_both_sources_say_the_same(shop: Shop, tmp_path: Path) -> None:
    async with shop.hatchet.worker("w", workflows=[shop.order, shop.ship], record_histories=tmp_path):
        ref = await shop.order.aio_run_no_wait("x")
        await ref.aio_result()
        of_engine = await aio_history_of(shop.hatchet, ref.workflow_run_id)
    path = only_file(tmp_path)
    of_worker = load_history(path)
    assert of_worker.attempt == of_engine.attempt
    assert [dict(each.call) for each in of_worker.entries] == [dict(each.call) for each in of_engine.entries]
    assert [each.value for each in of_worker.entries] == [each.value for each in of_engine.entries]
    said = [
        [(each.place, each.payload, each.failure) for each in history.completions] for history in (of_worker, of_engine)
    ]
    assert said[0] == said[1]
    assert (of_worker.end, of_engine.end) == ("COMPLETED", "COMPLETED")


async def test_a_history_of_many_invocations_is_one(shop: Shop, tmp_path: Path) -> None:
    async with shop.hatchet.worker(
        "w", workflows=[shop.order, shop.ship], record_histories=tmp_path, always_replay=True
    ):
        await shop.order.aio_run("x")
    path = only_file(tmp_path)
    assert (await aio_replay(path, shop.order, shop.ship)).ended


async def test_a_history_survives_its_file(shop: Shop, tmp_path: Path) -> None:
    history = await recorded(shop, tmp_path)
    save_history(history, tmp_path / "again.jsonl")
    again = load_history(tmp_path / "again.jsonl")
    assert again == history
    lines = (tmp_path / "again.jsonl").read_text().splitlines()
    assert json.loads(lines[0])["hatchet_history"] == 1


async def test_a_run_that_goes_on_ends_with_its_history(shop: Shop, tmp_path: Path) -> None:
    async def waits(ctx: DurableContext) -> None:
        await ctx.aio_memo(shop.reserve, 7)
        await asyncio.gather(ctx.aio_wait_for_event("a"), ctx.aio_wait_for_event("b"))

    shop.code = waits
    async with shop.hatchet.worker("w", workflows=[shop.order, shop.ship]):
        ref = await shop.order.aio_run_no_wait("x")
        while len(await shop.hatchet.runs.aio_durable_log(ref.workflow_run_id)) < 3:
            await asyncio.sleep(0.01)
        history = await aio_history_of(shop.hatchet, ref.workflow_run_id)
        await ref.aio_cancel()
    replayed = await aio_replay(history, shop.order, shop.ship)
    assert (replayed.ended, replayed.entries) == (False, 3)


async def test_what_a_crash_has_left_of_a_history_is_replayed(shop: Shop, tmp_path: Path) -> None:
    history = await recorded(shop, tmp_path)
    path = only_file(tmp_path)
    lines = path.read_text().splitlines()
    for kept in range(2, len(lines)):
        broken = tmp_path / "broken.jsonl"
        broken.write_text("\n".join(lines[:kept]) + "\n" + lines[kept][: len(lines[kept]) // 2])
        replayed = await aio_replay(broken, shop.order, shop.ship)
        if kept < len(lines) - 3:  # the last lines are an end and completions that the code does not wait for
            assert not replayed.ended, kept
    assert len(history.entries) > 10


def test_sync_tasks_are_replayed(shop: Shop, tmp_path: Path) -> None:
    @shop.hatchet.durable_task(name="blocking", execution_timeout=LONG)
    def blocking(input: EmptyModel, ctx: DurableContext) -> str:
        ctx.sleep_for("1ms")
        return shop.ship.run("1")

    with shop.hatchet.worker("w", workflows=[blocking, shop.ship], record_histories=tmp_path):
        ref = blocking.run_no_wait()
        assert ref.result() == "parcel 1"
        history = history_of(shop.hatchet, ref.workflow_run_id)
    path = only_file(tmp_path)
    for each in (history, path, load_history(path)):
        assert replay(each, blocking).output == "parcel 1"


async def test_what_a_task_does_beside_its_log_goes_nowhere(shop: Shop, tmp_path: Path) -> None:
    async def pushes(ctx: DurableContext) -> str:
        await shop.hatchet.event.aio_push("news", {"n": 1})
        ctx.log("a line")
        await ctx.aio_put_stream("a chunk")
        await ctx.aio_sleep_for("1ms")
        return str(ctx.additional_metadata.get("who"))

    shop.code = pushes
    async with shop.hatchet.worker("w", workflows=[shop.order], record_histories=tmp_path):
        await shop.order.aio_run("x", additional_metadata={"who": "Ada"})
    path = only_file(tmp_path)
    await shop.hatchet.aio_close()
    assert (await aio_replay(path, shop.order)).output == "Ada"


async def test_old_runs_take_the_old_way_at_a_patch(shop: Shop, tmp_path: Path) -> None:
    async def old(ctx: DurableContext) -> str:
        await ctx.aio_sleep_for("1ms")
        return await shop.ship.aio_run("1")

    async def new(ctx: DurableContext) -> str:
        await ctx.aio_sleep_for("1ms")
        if await ctx.aio_patched("receipts"):
            await ctx.aio_memo(shop.reserve, 1)
        return await shop.ship.aio_run("1")

    shop.code = old
    history = await recorded(shop, tmp_path)
    shop.code = new
    assert (await aio_replay(history, shop.order)).output == "parcel 1"


# -- where they part


async def nap(ctx: DurableContext) -> None:
    await ctx.aio_sleep_for("1ms")


WAYS: dict[str, tuple[Callable[[Shop, DurableContext], Any], Callable[[Shop, DurableContext], Any], str, str]] = {
    "another length": (
        lambda shop, ctx: ctx.aio_sleep_for("1ms"),
        lambda shop, ctx: ctx.aio_sleep_for("2ms"),
        "sleep(1ms)",
        "sleep(2ms)",
    ),
    "another kind": (
        lambda shop, ctx: ctx.aio_sleep_for("1ms"),
        lambda shop, ctx: ctx.aio_memo(shop.reserve, 1),
        "sleep(1ms)",
        "memo",
    ),
    "another argument of a memo": (
        lambda shop, ctx: ctx.aio_memo(shop.reserve, 1),
        lambda shop, ctx: ctx.aio_memo(shop.reserve, 2),
        "memo with the key",
        "memo with the key",
    ),
    "another input of a child": (
        lambda shop, ctx: shop.ship.aio_run("1"),
        lambda shop, ctx: shop.ship.aio_run("2"),
        'run(ship with the input {"$value":"1"})',
        'run(ship with the input {"$value":"2"})',
    ),
    "one child more": (
        lambda shop, ctx: shop.ship.aio_run_many([shop.ship.create_bulk_run_item("1")]),
        lambda shop, ctx: shop.ship.aio_run_many([shop.ship.create_bulk_run_item(each) for each in "12"]),
        "sleep(1ms)",
        "run(ship)",
    ),
    "another event": (
        lambda shop, ctx: ctx.aio_wait_for("x", or_(UserEventCondition("a"), SleepCondition("1ms"))),
        lambda shop, ctx: ctx.aio_wait_for("x", or_(UserEventCondition("b"), SleepCondition("1ms"))),
        "any of: sleep(1ms), event(a)",
        "any of: sleep(1ms), event(b)",
    ),
    "another expression": (
        lambda shop, ctx: ctx.aio_wait_for(or_(UserEventCondition("a", match={"n": 1}), SleepCondition("1ms"))),
        lambda shop, ctx: ctx.aio_wait_for(or_(UserEventCondition("a", match={"n": 2}), SleepCondition("1ms"))),
        'if input["n"] == 1',
        'if input["n"] == 2',
    ),
    "both in place of one of them": (
        lambda shop, ctx: ctx.aio_wait_for(or_(SleepCondition("2ms"), SleepCondition("1ms"))),
        lambda shop, ctx: ctx.aio_wait_for(SleepCondition("2ms"), SleepCondition("1ms")),
        "any of: sleep(2ms)",
        "sleep(2ms) and sleep(1ms)",
    ),
}


@pytest.mark.parametrize("way", WAYS)
async def test_they_part_at_a_call_that_is_another_one(shop: Shop, tmp_path: Path, source: str, way: str) -> None:
    then, now, expected, asked = WAYS[way]

    async def old(ctx: DurableContext) -> None:
        await then(shop, ctx)
        await nap(ctx)

    async def new(ctx: DurableContext) -> None:
        await now(shop, ctx)
        await nap(ctx)

    shop.code = old
    history = await recorded(shop, tmp_path, source)
    assert (await aio_replay(history, shop.order)).ended
    shop.code = new
    with pytest.raises(NonDeterminismError) as caught:
        await aio_replay(history, shop.order)
    text = str(caught.value)
    history_has, code_asks = (text.split(words)[1].split("\n")[0] for words in ("the history has: ", "asks for: "))
    assert expected in history_has
    assert asked in code_asks
    assert caught.value.node == (2 if way == "one child more" else 1)
    assert "test_replay.py:" in caught.value.site
    assert ("called at" in history_has) == (source == "worker"), "a worker knows the line of that time"
    shop.code = old
    assert (await aio_replay(history, shop.order)).ended


async def test_they_part_even_if_the_code_catches_it(shop: Shop, tmp_path: Path) -> None:
    async def careless(ctx: DurableContext) -> None:
        try:
            await ctx.aio_sleep_for("2ms")
        except Exception:
            await ctx.aio_sleep_for("3ms")

    shop.code = nap
    history = await recorded(shop, tmp_path)
    shop.code = careless
    with pytest.raises(NonDeterminismError, match=r"entry 1 "):
        await aio_replay(history, shop.order)


async def test_they_part_where_the_code_asks_for_less(shop: Shop, tmp_path: Path) -> None:
    async def less(ctx: DurableContext) -> None:
        return None

    shop.code = nap
    history = await recorded(shop, tmp_path)
    shop.code = less
    with pytest.raises(NonDeterminismError, match=r"the history has: sleep\(1ms\)(.|\n)*the code has ended"):
        await aio_replay(history, shop.order)


async def test_they_part_where_the_code_asks_for_more(shop: Shop, tmp_path: Path) -> None:
    async def more(ctx: DurableContext) -> None:
        await nap(ctx)
        await nap(ctx)

    shop.code = nap
    history = await recorded(shop, tmp_path)
    shop.code = more
    with pytest.raises(NonDeterminismError, match=r"the history has: the end of the run\n *the code asks for: sleep"):
        await aio_replay(history, shop.order)


async def test_an_error_of_the_code_is_told(shop: Shop, tmp_path: Path) -> None:
    async def fails(ctx: DurableContext) -> None:
        await nap(ctx)
        raise ValueError("today")

    shop.code = nap
    history = await recorded(shop, tmp_path)
    shop.code = fails
    assert str((await aio_replay(history, shop.order)).error) == "today"


# -- what is refused


async def test_what_is_no_history_is_refused(shop: Shop, tmp_path: Path) -> None:
    history = await recorded(shop, tmp_path / "h")
    lines = history.lines()
    first = json.loads(lines[0])
    for said, texts in {
        "is empty": [],
        "is no history": ["{}"],
        "version 2": [json.dumps({**first, "hatchet_history": 2})],
        "line 1": ["[]"],
        "line 2": [lines[0], '{"entry": "x"}', lines[-1]],
        "the kind 'X'": [lines[0], '{"entry": 1, "kind": "X"}', lines[-1]],
        "lacks entries": [lines[0], *[line for line in lines if '"entry": 2' in line]],
    }.items():
        with pytest.raises(InputError, match=said):
            History.of(texts)
    with pytest.raises(InputError, match="cannot be read"):
        load_history(tmp_path / "none")
    with pytest.raises(InputError, match="there is none among ship"):
        await aio_replay(history, shop.ship)


async def test_runs_that_are_not_there_are_refused(shop: Shop) -> None:
    with pytest.raises(NotFound, match="no durable task run"):
        await aio_history_of(shop.hatchet, "00000000-0000-0000-0000-000000000000")


async def test_a_blocking_replay_in_async_code_says_what_to_write(shop: Shop, tmp_path: Path) -> None:
    history = await recorded(shop, tmp_path)
    with pytest.raises(HatchetError, match="await aio_replay"):
        replay(history, shop.order)


def test_a_setting_says_where_histories_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HATCHET_CLIENT_WORKER_RECORD_HISTORIES", str(tmp_path / "histories"))
    with Hatchet.from_embedded(None) as hatchet:

        @hatchet.durable_task(name="naps")
        async def naps(input: EmptyModel, ctx: DurableContext) -> None:
            await ctx.aio_sleep_for("1ms")

        with hatchet.worker("w", workflows=[naps]):
            ref = naps.run_no_wait()
            ref.result()
        assert (tmp_path / "histories").is_dir()
        path = only_file(tmp_path / "histories")
        assert ref.workflow_run_id in path.name
        assert replay(path, naps).ended


def test_a_folder_that_cannot_be_written_costs_no_task(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("")
    with Hatchet.from_embedded(None) as hatchet:

        @hatchet.durable_task(name="naps")
        async def naps(input: EmptyModel, ctx: DurableContext) -> int:
            await ctx.aio_sleep_for("1ms")
            return 1

        with hatchet.worker("w", workflows=[naps], record_histories=tmp_path / "file"):
            assert naps.run() == 1
    assert "cannot be written" in caplog.text


# -- the command

MODULE = """
from hatchet import DurableContext, EmptyModel, Hatchet

hatchet = Hatchet.from_embedded(None)
other = Hatchet.from_embedded(None)


@hatchet.durable_task(name="naps")
async def naps(input: EmptyModel, ctx: DurableContext) -> int:
    await ctx.aio_sleep_for("LENGTH")
    return 1
"""
COMMAND = ("-m", "hatchet.cli", "replay")


@pytest.fixture
def project(tmp_path: Path, shop: Shop) -> Path:
    """A module, and the history of a run of it."""

    @shop.hatchet.durable_task(name="naps")
    async def naps(input: EmptyModel, ctx: DurableContext) -> int:
        await ctx.aio_sleep_for("1ms")
        return 1

    with shop.hatchet.worker("w", workflows=[naps], record_histories=tmp_path / "histories"):
        naps.run()
    only_file(tmp_path / "histories").rename(tmp_path / "one.jsonl")
    for name, length in (("same", "1ms"), ("changed", "2ms")):
        (tmp_path / f"{name}.py").write_text(MODULE.replace("LENGTH", length))
    return tmp_path


def test_the_command_says_whether_the_code_goes_along(project: Path, programs: Programs) -> None:
    same = programs.run(*COMMAND, "same:hatchet", "one.jsonl", folder=project)
    assert same == (0, "one.jsonl: the code goes along with it, 1 entries, to its end\n", "")
    changed = programs.run(*COMMAND, "changed", "one.jsonl", "one.jsonl", folder=project)
    assert changed.code == 1
    assert changed.said.count("the history has: sleep(1ms)") == 2
    assert changed.said.count("changed.py:10") >= 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("none", "one.jsonl"), "there is no module 'none' here"),
        (("same:nobody", "one.jsonl"), "same has no client 'nobody'"),
        (("same:other", "one.jsonl"), "declares no tasks"),
        (("same", "none.jsonl"), "cannot be read"),
        (("same", "same.py"), "no line of a history"),
    ],
)
def test_the_command_says_what_it_cannot_read(
    project: Path, arguments: tuple[str, ...], said: str, programs: Programs
) -> None:
    done = programs.run(*COMMAND, *arguments, folder=project)
    assert done.code == 2
    assert said in done.complained
