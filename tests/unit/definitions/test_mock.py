"""Mock runs: what a worker would do, without an engine."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import subprocess
import sys
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import BaseModel

from hatchet import (
    Context,
    Depends,
    EmptyModel,
    Hatchet,
    HatchetError,
    InputError,
    MockRecord,
    OutputError,
    RunFailed,
)
from tests.unit.offline import offline


class In(BaseModel):
    text: str


class Out(BaseModel):
    length: int


@dataclass
class State:
    pool: str


@pytest.fixture
def hatchet() -> Hatchet:
    return offline("test")


def test_sync_and_async_tasks_run_in_sync_code(hatchet: Hatchet) -> None:
    @hatchet.task()
    def plain(input: In, ctx: Context) -> Out:
        return Out(length=len(input.text))

    @hatchet.task()
    async def coroutine(input: In, ctx: Context) -> Out:
        return Out(length=len(input.text))

    @hatchet.task()
    def empty(input: EmptyModel, ctx: Context) -> None: ...

    assert plain.mock_run(In(text="four")) == Out(length=4)
    assert coroutine.mock_run(In(text="four")) == Out(length=4)
    assert empty.mock_run() is None


async def test_async_tests_await_async_tasks_and_may_call_sync_ones(hatchet: Hatchet) -> None:
    called: list[str] = []

    @hatchet.task()
    def plain(input: In, ctx: Context) -> Out:
        return Out(length=len(input.text))

    @hatchet.task()
    async def coroutine(input: In, ctx: Context) -> Out:
        called.append(input.text)
        return Out(length=len(input.text))

    assert await coroutine.aio_mock_run(In(text="four")) == Out(length=4)
    assert await plain.aio_mock_run(In(text="four")) == Out(length=4)
    assert plain.mock_run(In(text="four")) == Out(length=4)
    with pytest.raises(HatchetError, match="await aio_mock_run"):
        coroutine.mock_run(In(text="never"))
    assert called == ["four"]


def test_what_goes_in_and_what_comes_out_is_checked_as_in_a_real_run(hatchet: Hatchet) -> None:
    @hatchet.task()
    def lies(input: In, ctx: Context) -> Out:
        return {"length": "long"}  # type: ignore[return-value]  # the mistake that this is about

    with pytest.raises(InputError, match="is not a valid In"):
        lies.mock_run(Out(length=1))  # type: ignore[arg-type]  # the mistake that this is about
    with pytest.raises(InputError):
        lies.mock_run()  # type: ignore[call-arg]  # the mistake that this is about
    with pytest.raises(OutputError, match="cannot be sent as Out"):
        lies.mock_run(In(text="a"))


def test_the_input_is_a_copy_as_it_is_for_a_worker(hatchet: Hatchet) -> None:
    @hatchet.task()
    def changes(input: dict[str, list[int]], ctx: Context) -> int:
        input["a"].append(1)
        return len(input["a"])

    given: dict[str, list[int]] = {"a": []}
    assert changes.mock_run(given) == 1
    assert given == {"a": []}


def test_the_context_is_what_it_was_told_to_be(hatchet: Hatchet) -> None:
    flow = hatchet.workflow("flow", input_validator=In)

    @flow.task()
    def first(input: In, ctx: Context) -> Out:
        return Out(length=1)

    @flow.task()
    def maybe(input: In, ctx: Context) -> Out:
        return Out(length=2)

    @flow.task(parents=[first, maybe], retries=3)
    def second(input: In, ctx: Context[State]) -> dict[str, Any]:
        return {
            "parent": ctx.task_output(first).length,
            "skipped": ctx.was_skipped(maybe),
            "retry": [ctx.retry_count, ctx.attempt_number, ctx.max_attempts],
            "metadata": dict(ctx.additional_metadata),
            "lifespan": ctx.lifespan.pool,
            "labels": dict(ctx.worker_labels),
            "input": dict(ctx.workflow_input),
            "filter": dict(ctx.filter_payload),
            "names": [ctx.workflow_name, ctx.task_name],
            "same": ctx.task_run_id == ctx.step_run_id,
            "worker": ctx.worker_id,
        }

    told = second.mock_run(
        In(text="a"),
        parent_outputs={first: Out(length=7)},
        skipped=[maybe],
        retry_count=2,
        additional_metadata={"who": "me"},
        lifespan=State("pool"),
        worker_labels={"gpu": 1},
        filter_payload={"wanted": True},
    )
    assert told == {
        "parent": 7,
        "skipped": True,
        "retry": [2, 3, 4],
        "metadata": {"who": "me"},
        "lifespan": "pool",
        "labels": {"gpu": 1},
        "input": {"text": "a"},
        "filter": {"wanted": True},
        "names": ["test_flow", "second"],
        "same": True,
        "worker": "mock-worker",
    }
    by_name = second.mock_run(In(text="a"), parent_outputs={"first": {"length": 8}}, lifespan=State(""))
    assert by_name["parent"] == 8
    with pytest.raises(OutputError, match="is no output of task 'first'"):
        second.mock_run(In(text="a"), parent_outputs={first: {"long": 8}})

    @hatchet.workflow("other", input_validator=In).task(name="second")
    def other(input: In, ctx: Context) -> None: ...

    unknown: list[tuple[Any, str]] = [("gone", "'gone'"), (other, "'second' of workflow 'test_other'")]
    for odd, whose in unknown:
        with pytest.raises(InputError) as caught:
            second.mock_run(In(text="a"), parent_outputs={odd: 1}, lifespan=State(""))
        assert str(caught.value) == (
            f"parent_outputs of the mock run of 'second' names task {whose}, which workflow 'test_flow' does not have; "
            "it has: first, maybe, second"
        )


def test_an_on_failure_task_sees_how_tasks_failed(hatchet: Hatchet) -> None:
    flow = hatchet.workflow("flow")

    @flow.task()
    def breaks(input: EmptyModel, ctx: Context) -> None: ...

    @flow.on_failure_task()
    def tells(input: EmptyModel, ctx: Context) -> list[str]:
        failure = ctx.get_task_run_error(breaks)
        return [] if failure is None else [failure.type, failure.message]

    assert tells.mock_run(task_run_errors={breaks: ValueError("no way")}) == ["ValueError", "no way"]
    assert tells.mock_run() == []


def test_dependencies_are_resolved_unless_they_are_given(hatchet: Hatchet) -> None:
    closed: list[str] = []

    async def name(input: In, ctx: Context) -> str:
        return input.text

    @asynccontextmanager
    async def session(input: In, ctx: Context, name: Annotated[str, Depends(name)]) -> AsyncGenerator[str, None]:
        yield f"session of {name}"
        closed.append("session")

    @contextmanager
    def file(input: In, ctx: Context) -> Generator[str, None, None]:
        yield "file"
        closed.append("file")

    @hatchet.task()
    async def uses(input: In, ctx: Context, a: str = Depends(session), b: str = Depends(file)) -> list[str]:
        return [a, b]

    assert uses.mock_run(In(text="me")) == ["session of me", "file"]
    assert closed == ["file", "session"]
    assert uses.mock_run(In(text="me"), dependencies={"a": "given"}) == ["given", "file"]
    with pytest.raises(InputError, match="has no dependency c; it has: a, b"):
        uses.mock_run(In(text="me"), dependencies={"c": 1})


def test_what_a_task_starts_and_sends_is_recorded_and_not_sent(hatchet: Hatchet) -> None:
    @hatchet.task()
    def child(input: In, ctx: Context) -> Out:
        raise AssertionError("a mock run calls no other task")

    when = datetime(2027, 1, 1, tzinfo=timezone.utc)

    @hatchet.task()
    async def parent(input: In, ctx: Context) -> int:
        ctx.log("hello")
        await ctx.aio_put_stream("chunk")
        await ctx.aio_refresh_timeout(timedelta(seconds=90))
        await ctx.aio_release_slot()
        await ctx.aio_upsert_worker_labels({"warm": "yes"})
        await ctx.aio_pause_rate_limit("api", when)
        await hatchet.event.aio_push("done", {"a": 1}, scope="s")
        await child.aio_run_no_wait(In(text="apart"), child_key="k", additional_metadata={"b": 2})
        await child.aio_schedule(when, In(text="later"))
        spawned = await asyncio.create_task(ctx.aio_spawn(child, In(text="spawned")), context=contextvars.Context())
        assert (await spawned.aio_result()).length == 7
        many = await child.aio_run_many([child.create_bulk_run_item(In(text=text)) for text in ("x", "xyz")])
        await ctx.aio_cancel()
        assert ctx.is_cancelled
        assert ctx.worker_labels["warm"] == "yes"
        return sum(each.length for each in many)

    record = MockRecord()
    results = {child: lambda given: Out(length=len(given["text"]))}
    assert parent.mock_run(In(text="p"), children=results, record=record, additional_metadata={"a": 1}) == 4
    assert [line.message for line in record.logs] == ["hello"]
    assert record.stream == ["chunk"]
    assert record.refreshed_timeouts == ["90s"]
    assert record.was_slot_released
    assert record.was_cancelled
    assert record.worker_labels == {"warm": "yes"}
    assert record.paused_rate_limits == {"api": when}
    (event,) = record.events
    assert (event.key, event.payload, event.scope) == ("test_done", {"a": 1}, "s")
    assert [(each.workflow, each.input["text"], each.start_at) for each in record.children] == [
        ("test_child", "apart", None),
        ("test_child", "later", when),
        ("test_child", "spawned", None),
        ("test_child", "x", None),
        ("test_child", "xyz", None),
    ]
    assert record.children[0].child_key == "k"
    assert record.children[0].additional_metadata == {"a": 1, "b": 2}


def test_a_sync_task_waits_for_a_child_whose_result_is_told(hatchet: Hatchet) -> None:
    @hatchet.task()
    def child(input: In, ctx: Context) -> Out:
        return Out(length=1)

    flow = hatchet.workflow("flow")

    @flow.task()
    def only(input: EmptyModel, ctx: Context) -> Out:
        return Out(length=1)

    @hatchet.task()
    def parent(input: EmptyModel, ctx: Context) -> int:
        return child.run(In(text="c")).length + flow.run()[only].length

    assert parent.mock_run(children={child: Out(length=3), flow: {only: Out(length=4)}}) == 7
    with pytest.raises(ValueError, match="broken"):
        parent.mock_run(children={child: ValueError("broken")})
    with pytest.raises(HatchetError, match="waits for a run of 'test_child', and nothing says what that gives"):
        parent.mock_run()
    with pytest.raises(InputError) as caught:
        parent.mock_run(children={"child": Out(length=3)})  # type: ignore[dict-item]  # the mistake that this is about
    assert str(caught.value) == (
        "children of the mock run of 'parent' names 'child'; give what @hatchet.task() or hatchet.workflow() made"
    )


def test_a_batch_task_gets_a_batch_of_one(hatchet: Hatchet) -> None:
    @hatchet.batch_task(batch_max_size=10)
    def lengths(inputs: dict[str, In], ctx: Context) -> dict[str, Out]:
        return {run_id: Out(length=len(each.text)) for run_id, each in inputs.items()}

    @hatchet.batch_task(batch_max_size=10)
    def forgets(inputs: dict[str, In], ctx: Context) -> dict[str, Out]:
        return {}

    @hatchet.batch_task(batch_max_size=10, broadcast_output=True)
    async def counts(inputs: dict[str, In], ctx: Context) -> int:
        return len(inputs)

    @hatchet.task()
    def child(input: In, ctx: Context) -> None: ...

    @hatchet.batch_task(batch_max_size=10)
    async def starts(inputs: dict[str, In], ctx: Context) -> dict[str, None]:
        await child.aio_run_no_wait(In(text="c"), additional_metadata={"b": 2})
        return dict.fromkeys(inputs)

    record = MockRecord()
    starts.mock_run(In(text="a"), record=record, additional_metadata={"a": 1})
    assert [each.additional_metadata for each in record.children] == [{"b": 2}]  # it has no parent
    assert lengths.mock_run(In(text="four")) == Out(length=4)
    assert counts.mock_run(In(text="a")) == 1
    with pytest.raises(OutputError, match="1 of the 1 runs of the batch are missing"):
        forgets.mock_run(In(text="a"))


def test_a_workflow_runs_its_tasks_in_the_order_of_their_parents(hatchet: Hatchet) -> None:
    flow = hatchet.workflow("flow", input_validator=In)
    order: list[str] = []

    @flow.task()
    def first(input: In, ctx: Context) -> Out:
        order.append("first")
        return Out(length=len(input.text))

    @flow.task(parents=[first])
    async def second(input: In, ctx: Context) -> int:
        order.append("second")
        return 0 if ctx.was_skipped(first) else ctx.task_output(first).length * 2

    @flow.on_success_task()
    def cheers(input: In, ctx: Context) -> int:
        order.append("cheers")
        return ctx.task_output(second) + 1

    @flow.on_failure_task()
    def mourns(input: In, ctx: Context) -> None:
        order.append(f"mourns {', '.join(ctx.task_run_errors)}")

    result = flow.mock_run(In(text="abc"))
    assert (result[first], result[second], result[cheers]) == (Out(length=3), 6, 7)
    assert order == ["first", "second", "cheers"]

    @flow.task(parents=[second])
    def breaks(input: In, ctx: Context) -> None:
        raise ValueError("no way")

    @flow.task(parents=[breaks])
    def never(input: In, ctx: Context) -> None:
        order.append("never")

    order.clear()
    with pytest.raises(RunFailed, match="breaks: ValueError: no way"):
        flow.mock_run(In(text="abc"))
    assert order == ["first", "second", "mourns breaks"]
    order.clear()
    everything = flow.mock_run(In(text="abc"), skipped=[first])  # what waits only for the skipped is skipped too
    assert [*everything.values()] == [{"skipped": True}] * 5
    assert everything.was_skipped(first)
    with pytest.raises(HatchetError, match="'first' was skipped in this run"):
        everything[first]
    assert order == []


def test_a_mock_run_loads_no_grpc_and_no_engine() -> None:
    program = """
import sys
from hatchet import Context, Hatchet, ClientConfig
import base64, json
claims = {"sub": "t", "server_url": "http://127.0.0.1:9", "grpc_broadcast_address": "127.0.0.1:9"}
token = "ey." + base64.urlsafe_b64encode(json.dumps(claims).encode()).decode() + ".x"
hatchet = Hatchet(ClientConfig(token=token))
@hatchet.task()
def child(input: int, ctx: Context) -> int: return 1
@hatchet.task()
def double(input: int, ctx: Context) -> int:
    ctx.put_stream("chunk")
    return child.run(input) * 2
assert double.mock_run(1, children={child: 21}) == 42
print([name for name in ("grpc", "google.protobuf", "hatchet.engine", "httpx", "hatchet_api") if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[3]
    )
    assert done.stdout.strip() == "[]"


def test_the_record_of_the_standard_logging_stays_in_the_program(
    hatchet: Hatchet, caplog: pytest.LogCaptureFixture
) -> None:
    @hatchet.task()
    def logs(input: EmptyModel, ctx: Context) -> None:
        logging.getLogger("mine").warning("careful")

    logs.mock_run()
    assert "careful" in caplog.text
