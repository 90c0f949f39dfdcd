"""Which worker gets a task: labels, stickiness, slots, priorities."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from pydantic import BaseModel

from hatchet import (
    Context,
    DesiredWorkerLabel,
    EmptyModel,
    Hatchet,
    RunCancelled,
    RunStatus,
    StickyStrategy,
    WorkerLabelComparator,
)
from tests.conformance.helpers import eventually


class Number(BaseModel):
    n: int


@contextmanager
def workers(hatchet: Hatchet, *workflows: Any, **labels: dict[str, str | int]) -> Generator[dict[str, str], None, None]:
    """A worker for each keyword, with these labels; gives their ids by keyword."""
    with ExitStack() as stack:
        found: dict[str, str] = {}
        for name, given in labels.items():
            worker = stack.enter_context(hatchet.worker(name, workflows=list(workflows), labels=given, slots=10))
            assert worker.id is not None
            found[name] = worker.id
        yield found


def test_a_required_label_decides_which_workers_may_have_a_task(hatchet: Hatchet) -> None:
    wanted = {"memory": DesiredWorkerLabel(value=8, required=True, comparator=WorkerLabelComparator.GREATER_THAN)}

    @hatchet.task(name="needs-memory", desired_worker_labels=wanted)
    def needs_memory(input: EmptyModel, ctx: Context) -> str:
        return ctx.worker_id

    with workers(hatchet, needs_memory, small={"memory": 4}, large={"memory": 16}) as ids:
        items = [needs_memory.create_bulk_run_item() for _ in range(4)]
        assert set(needs_memory.run_many(items)) == {ids["large"]}


def test_the_best_labels_are_preferred(hatchet: Hatchet) -> None:
    wanted = {"gpu": DesiredWorkerLabel(value="yes", weight=10), "region": DesiredWorkerLabel(value="eu", weight=20)}

    @hatchet.task(name="prefers", desired_worker_labels=wanted)
    def prefers(input: EmptyModel, ctx: Context) -> str:
        return ctx.worker_id

    with workers(hatchet, prefers, gpu={"gpu": "yes", "region": "us"}, near={"gpu": "no", "region": "eu"}) as ids:
        # The real engine may know one of the workers a moment before the other.
        eventually(prefers.run, lambda chosen: chosen == ids["near"])
        assert {prefers.run() for _ in range(3)} == {ids["near"]}


def test_labels_of_a_trigger_replace_those_of_the_task(hatchet: Hatchet) -> None:
    @hatchet.task(name="overridden", desired_worker_labels={"side": DesiredWorkerLabel(value="left", required=True)})
    def overridden(input: EmptyModel, ctx: Context) -> str:
        return ctx.worker_id

    right = {"side": DesiredWorkerLabel(value="right", required=True)}
    with workers(hatchet, overridden, left={"side": "left"}, right={"side": "right"}) as ids:
        assert overridden.run() == ids["left"]
        assert overridden.run(desired_worker_labels=right) == ids["right"]


def test_a_label_that_no_worker_has_keeps_a_task_waiting(hatchet: Hatchet) -> None:
    @hatchet.task(
        name="impossible",
        schedule_timeout="2s",
        desired_worker_labels={"planet": DesiredWorkerLabel(value="mars", required=True)},
    )
    def impossible(input: EmptyModel, ctx: Context) -> None: ...

    with workers(hatchet, impossible, earth={"planet": "earth"}), pytest.raises(RunCancelled):
        impossible.run_no_wait().result(timeout=60)


@pytest.mark.parametrize("strategy", [StickyStrategy.SOFT, StickyStrategy.HARD])
def test_the_tasks_of_a_sticky_workflow_stay_on_one_worker(hatchet: Hatchet, strategy: StickyStrategy) -> None:
    sticky = hatchet.workflow(name=f"sticky-{strategy.value.lower()}", sticky=strategy)

    @sticky.task()
    def first(input: EmptyModel, ctx: Context) -> str:
        return ctx.worker_id

    @sticky.task(parents=[first])
    def second(input: EmptyModel, ctx: Context) -> str:
        return ctx.worker_id

    @sticky.task(parents=[second])
    def third(input: EmptyModel, ctx: Context) -> str:
        return ctx.worker_id

    with workers(hatchet, sticky, one={}, two={}):
        for _ in range(4):
            assert len(set(dict(sticky.run()).values())) == 1


def test_a_sticky_child_stays_with_its_parent(hatchet: Hatchet) -> None:
    @hatchet.task(name="sticky-child", sticky=StickyStrategy.HARD)
    def child(input: EmptyModel, ctx: Context) -> str:
        return ctx.worker_id

    @hatchet.task(name="sticky-parent")
    async def parent(input: EmptyModel, ctx: Context) -> bool:
        return await child.aio_run(sticky=True) == ctx.worker_id

    with workers(hatchet, child, parent, one={}, two={}):
        assert parent.run_many([parent.create_bulk_run_item() for _ in range(4)]) == [True] * 4


def test_a_costly_task_takes_several_slots(hatchet: Hatchet, worker: Any) -> None:
    running = most = 0
    lock = threading.Lock()

    @hatchet.task(name="costly", slot_cost=2)
    def costly(input: EmptyModel, ctx: Context) -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.2)
        with lock:
            running -= 1

    with worker(costly, slots=5):
        costly.run_many([costly.create_bulk_run_item() for _ in range(6)])
    assert most == 2


def test_the_priority_of_a_workflow_counts_where_a_trigger_names_none(hatchet: Hatchet, worker: Any) -> None:
    order: list[int] = []
    gate = threading.Event()

    def body(n: int) -> None:
        if n == 0:
            gate.wait(20)
        order.append(n)

    @hatchet.task(name="by-default", default_priority=3)
    def urgent(input: Number, ctx: Context) -> None:
        body(input.n)

    with worker(urgent, slots=1):
        first = urgent.run_no_wait(Number(n=0))
        deadline = time.monotonic() + 20
        while first.status() is not RunStatus.RUNNING and time.monotonic() < deadline:
            threading.Event().wait(0.05)  # until it holds the only slot
        refs = [urgent.run_no_wait(Number(n=1), priority=1), urgent.run_no_wait(Number(n=2))]
        gate.set()
        for ref in (first, *refs):
            ref.result(timeout=30)
    assert order == [0, 2, 1]
