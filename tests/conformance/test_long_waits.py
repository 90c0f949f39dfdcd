"""A run that nobody executes says why: in the log while somebody waits for it, and in the error at the end."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
import uuid
from collections.abc import Generator
from datetime import timedelta
from typing import Any

import pytest

from hatchet import (
    ConcurrencyExpression,
    ConcurrencyLimitStrategy,
    Context,
    DesiredWorkerLabel,
    EmptyModel,
    Hatchet,
    RateLimit,
    RateLimitDuration,
    ResultTimeout,
    RunCancelled,
)
from hatchet.runs import waits
from hatchet.runs.ref import RunRef
from tests.conformance.helpers import Heard, another
from tests.conformance.proxy import counted_client

pytestmark = pytest.mark.timeout(120)


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is looked at after seconds is looked at sooner."""
    monkeypatch.setattr(waits, "LOOK_AFTER", 0.5)
    monkeypatch.setattr(waits, "TICK", 0.2)


@pytest.fixture
def held() -> Generator[threading.Event, None, None]:
    """What tasks wait for that are to go on until the end of the scenario."""
    event = threading.Event()
    yield event
    event.set()


def register(hatchet: Hatchet, runnable: Any) -> None:
    """Register without a worker: an engine may go on to count with one that has left, for a while."""
    hatchet.io.block(hatchet.gateway.put_workflow(runnable.definition()))


def reason_of(ref: RunRef[Any], caplog: pytest.LogCaptureFixture, *, state: str = "QUEUED") -> str:
    """Why a run has no result, as the error says it; the log has said the same while it was waited for."""
    caplog.clear()
    with pytest.raises(ResultTimeout, match=f"it is {state}") as timeout:
        ref.result(timeout=2.5)
    assert timeout.value.state == state
    reason = timeout.value.reason or ""
    assert reason in str(timeout.value)
    lines = said(caplog)
    assert len(lines) == (1 if reason else 0), "once, however often it is looked at"
    told = [line for line in lines if ref.workflow_run_id in line and reason.partition(";")[0] in line]
    assert told == lines
    return reason


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if "has no result after" in record.getMessage()]


def test_no_worker(hatchet: Hatchet, caplog: pytest.LogCaptureFixture) -> None:
    @hatchet.task(name="waits-for-anyone")
    def lonely(input: EmptyModel, ctx: Context) -> int:
        return 1

    register(hatchet, lonely.workflow)
    ref = lonely.run_no_wait()
    assert "no worker has taken its task 'waits-for-anyone': no connected worker offers it" in reason_of(ref, caplog)
    assert caplog.records[0].levelno == logging.WARNING
    ref.cancel()


def test_all_slots_taken(hatchet: Hatchet, worker: Any, held: threading.Event, caplog: Any) -> None:
    @hatchet.task(name="waits-for-a-slot")
    def busy(input: EmptyModel, ctx: Context) -> int:
        held.wait(60)
        return 1

    with worker(busy, slots=1):
        first = busy.run_no_wait()
        assert reason_of(first, caplog, state="RUNNING") == "", "of a run that is executed there is nothing to say"
        second = busy.run_no_wait()
        assert "all slots are taken, 1 of worker" in reason_of(second, caplog)
        held.set()
        assert (first.result(), second.result()) == (1, 1)


def test_a_concurrency_limit(hatchet: Hatchet, worker: Any, held: threading.Event, caplog: Any) -> None:
    limit = ConcurrencyExpression(
        expression="'k'", max_runs=1, limit_strategy=ConcurrencyLimitStrategy.GROUP_ROUND_ROBIN
    )

    @hatchet.task(name="waits-for-its-turn", concurrency=limit)
    def turn(input: EmptyModel, ctx: Context) -> int:
        held.wait(60)
        return 1

    with worker(turn):
        first = turn.run_no_wait()
        reason_of(first, caplog, state="RUNNING")
        assert "it waits for its concurrency limit ('k', 1 at a time)" in reason_of(turn.run_no_wait(), caplog)
        held.set()


def test_a_rate_limit(hatchet: Hatchet, worker: Any, caplog: Any) -> None:
    key = f"long-waits-{uuid.uuid4()}"
    hatchet.rate_limits.put(key, 1, RateLimitDuration.HOUR)

    @hatchet.task(name="waits-for-units", rate_limits=[RateLimit(static_key=key, units=1)])
    def metered(input: EmptyModel, ctx: Context) -> int:
        return 1

    with worker(metered):
        assert metered.run() == 1
        ref = metered.run_no_wait()
        reason = reason_of(ref, caplog)
        assert "it waits for a rate limit" in reason
        assert key in reason
        ref.cancel()


def test_a_label_that_no_worker_has(hatchet: Hatchet, worker: Any, caplog: Any) -> None:
    @hatchet.task(
        name="waits-for-a-gpu", desired_worker_labels=[DesiredWorkerLabel(key="gpu", value="a100", required=True)]
    )
    def picky(input: EmptyModel, ctx: Context) -> int:
        return 1

    with worker(picky, labels={"gpu": "none"}):
        ref = picky.run_no_wait()
        reason = reason_of(ref, caplog)
        assert "no worker that offers it has the labels that it requires (gpu = a100)" in reason
        assert "has gpu = none" in reason
        ref.cancel()


def test_paused_workers(hatchet: Hatchet, worker: Any, heard: Heard, caplog: Any) -> None:
    @hatchet.task(name="waits-for-the-rested")
    def rested(input: EmptyModel, ctx: Context) -> int:
        return 1

    with worker(rested) as running:
        hatchet.workers.pause(running.id)
        heard()
        ref = rested.run_no_wait()
        assert "every worker that offers it is paused (worker" in reason_of(ref, caplog)
        hatchet.workers.unpause(running.id)
        assert ref.result(timeout=60) == 1


def test_a_paused_workflow(hatchet: Hatchet, worker: Any, caplog: Any) -> None:
    @hatchet.task(name="waits-for-the-end-of-a-pause")
    def held_back(input: EmptyModel, ctx: Context) -> int:
        return 1

    with worker(held_back):
        held_back.pause(timedelta(minutes=5))
        ref = held_back.run_no_wait()
        assert "its workflow is paused" in reason_of(ref, caplog)
        held_back.unpause()
        assert ref.result(timeout=60) == 1


@pytest.mark.parametrize("is_dag", [False, True])
async def test_a_schedule_timeout_says_that_nobody_took_the_task(hatchet: Hatchet, is_dag: bool) -> None:
    flow = hatchet.workflow(f"too-late-{is_dag}".lower())

    @flow.task(schedule_timeout="2s")
    def first(input: EmptyModel, ctx: Context) -> int:
        return 1

    if is_dag:

        @flow.task(parents=[first])
        def second(input: EmptyModel, ctx: Context) -> int:
            return 1

    await hatchet.io.run(hatchet.gateway.put_workflow(flow.definition()))
    with pytest.raises(RunCancelled) as late:
        await flow.aio_run()
    reason = late.value.reason or ""
    assert reason.startswith(
        "no worker took its task 'first' within its schedule timeout of 2s, so the engine gave it up"
    )
    assert "no connected worker offers it" in reason
    assert (late.value.state, reason in str(late.value)) == ("CANCELLED", True)
    with pytest.raises(RunCancelled) as again:  # asked for later, when the wait is short
        await asyncio.to_thread(flow.ref(late.value.run_id).result)
    assert again.value.reason == reason


def test_a_request_to_cancel_reads_as_one(hatchet: Hatchet) -> None:
    @hatchet.task(name="cancelled-by-request")
    def unwanted(input: EmptyModel, ctx: Context) -> int:
        return 1

    register(hatchet, unwanted.workflow)
    ref = unwanted.run_no_wait()
    ref.cancel()
    with pytest.raises(RunCancelled, match="was cancelled: somebody asked for it"):
        ref.result(timeout=60)


def test_a_concurrency_limit_that_cancels_says_so(hatchet: Hatchet, worker: Any, held: threading.Event) -> None:
    limit = ConcurrencyExpression(expression="'k'", max_runs=1, limit_strategy=ConcurrencyLimitStrategy.CANCEL_NEWEST)

    @hatchet.task(name="cancelled-by-a-limit", concurrency=limit)
    def single(input: EmptyModel, ctx: Context) -> int:
        held.wait(60)
        return 1

    with worker(single):
        first = single.run_no_wait()
        with pytest.raises(ResultTimeout):
            first.result(timeout=1)
        with pytest.raises(RunCancelled, match="by its concurrency limit"):
            single.run()
        held.set()
        assert first.result(timeout=60) == 1


async def test_many_waits_ask_a_few_questions_and_say_it_once(hatchet: Hatchet, caplog: Any) -> None:
    async with counted_client(hatchet) as (client, calls):

        @client.task(name="one-of-many", schedule_timeout="4s")
        def one(input: EmptyModel, ctx: Context) -> int:
            return 1

        await client.io.run(client.gateway.put_workflow(one.workflow.definition()))
        began = time.monotonic()
        outcomes = await one.aio_run_many([one.create_bulk_run_item() for _ in range(300)], return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [RunCancelled] * 300
        told = [outcome for outcome in outcomes if isinstance(outcome, RunCancelled) and outcome.reason]
        assert 0 < len(told) < 100, "the first of them say why, and some for each while that it takes"
        assert len(said(caplog)) == 1
        # Each run is asked about once as it ends, which says that it was cancelled; the rest are looks, two in a while.
        looks = sum(number for call, number in calls.items() if "GetRunDetails" in call) - 300
        assert 0 < looks <= 2 * (time.monotonic() - began) / waits.LOOK_AFTER + 2


async def test_what_cannot_be_asked_does_not_harm_the_wait(hatchet: Hatchet, engine: str, caplog: Any) -> None:
    client = another(hatchet, server_url="http://127.0.0.1:9", max_attempts=2)

    @client.task(name="without-rest")
    def mute(input: EmptyModel, ctx: Context) -> int:
        return 1

    await client.io.run(client.gateway.put_workflow(mute.workflow.definition()))
    ref = await mute.aio_run_no_wait()
    with pytest.raises(ResultTimeout, match="it is QUEUED"):
        await ref.aio_result(timeout=1)
    with pytest.raises(ResultTimeout, match=r"why is not known: .* cannot be reached") as timeout:
        # REST is asked twice before it counts as out of reach.
        await ref.aio_result(timeout=3 if engine == "embedded" else 12)
    assert timeout.value.state == "QUEUED"
    assert len(said(caplog)) == 1
    await ref.aio_cancel()
    with pytest.raises(RunCancelled, match=r"was cancelled$"):
        await ref.aio_result()
    await client.io.run(client.gateway.close())
