"""Hooks and middleware: the program's own code around triggers and tasks."""

from __future__ import annotations

import contextvars
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pydantic import BaseModel

from hatchet import Context, EmptyModel, Hatchet, Hook, RunFailed, RunRequest, TaskEnd

trace: contextvars.ContextVar[str] = contextvars.ContextVar("trace", default="none")


class Name(BaseModel):
    name: str


class Recorder(Hook):
    """Notes every moment, and changes what passes."""

    def __init__(self, label: str, notes: list[str]) -> None:
        self.label = label
        self.notes = notes

    async def around_trigger(
        self, runs: Sequence[RunRequest], call_next: Callable[[Sequence[RunRequest]], Awaitable[Sequence[str]]]
    ) -> Sequence[str]:
        self.notes.append(f"{self.label} triggers {len(runs)}")
        return await call_next(
            [replace(run, additional_metadata={**run.additional_metadata, self.label: "yes"}) for run in runs]
        )

    def run_triggered(self, run: RunRequest, run_id: str) -> None:
        self.notes.append(f"{self.label} triggered {json.loads(run.input)} {bool(run_id)}")

    def task_started(self, ctx: Context[Any]) -> None:
        self.notes.append(f"{self.label} started {ctx.additional_metadata.get(self.label)}")

    async def around_task(
        self, ctx: Context[Any], input: object, call_next: Callable[[object], Awaitable[object]]
    ) -> object:
        trace.set(f"{trace.get()} {self.label}")
        changed = input.model_copy(update={"name": f"{input.name}+{self.label}"}) if isinstance(input, Name) else input
        return f"{self.label}({await call_next(changed)})"

    def task_ended(self, ctx: Context[Any], end: TaskEnd) -> None:
        self.notes.append(f"{self.label} ended {end.status} {type(end.error).__name__}")


class Faulty(Hook):
    """Fails at the moments that are only told."""

    def run_triggered(self, run: RunRequest, run_id: str) -> None:
        raise RuntimeError("a fault of run_triggered")

    def task_ended(self, ctx: Context[Any], end: TaskEnd) -> None:
        raise RuntimeError("a fault of task_ended")


def hooked(hatchet: Hatchet, *hooks: Hook) -> Hatchet:
    """Another client of the same engine, with hooks."""
    return Hatchet(hatchet.config, hooks=hooks)


def test_middleware_is_around_triggers_and_tasks_the_first_one_outermost(hatchet: Hatchet) -> None:
    notes: list[str] = []
    client = hooked(hatchet, Recorder("a", notes), Recorder("b", notes))

    @client.task(name="hooked-async")
    async def hooked_async(input: Name, ctx: Context) -> str:
        return f"{input.name}{trace.get()}"

    @client.task(name="hooked-sync")
    def hooked_sync(input: Name, ctx: Context) -> str:
        return f"{input.name}{trace.get()}"

    with client.worker("hooked", workflows=[hooked_async, hooked_sync]):
        assert hooked_async.run(Name(name="x")) == "a(b(x+a+bnone a b))"
        # The task may have ended before the trigger's answer is there.
        assert [note for note in notes if "trigger" in note] == [
            "a triggers 1",
            "b triggers 1",
            "a triggered {'name': 'x'} True",
            "b triggered {'name': 'x'} True",
        ]
        assert [note for note in notes if "trigger" not in note] == [
            "a started yes",
            "b started yes",
            "a ended completed NoneType",
            "b ended completed NoneType",
        ]
        assert hooked_sync.run(Name(name="y")) == "a(b(y+a+bnone a b))"
        notes.clear()  # the sync run has ended: nothing of it can come any more
        items = [hooked_sync.create_bulk_run_item(Name(name=str(number))) for number in range(3)]
        assert hooked_sync.run_many(items) == [f"a(b({number}+a+bnone a b))" for number in range(3)]
        assert [note for note in notes if "triggers" in note] == ["a triggers 3", "b triggers 3"]


def test_a_failure_is_told_to_hooks_and_a_fault_of_a_hook_is_not_one_of_the_task(
    hatchet: Hatchet, caplog: pytest.LogCaptureFixture
) -> None:
    notes: list[str] = []
    client = hooked(hatchet, Faulty(), Recorder("a", notes))

    @client.task(name="hooked-fails")
    async def hooked_fails(input: EmptyModel, ctx: Context) -> str:
        raise ValueError("the task's own")

    with client.worker("hooked", workflows=[hooked_fails]), pytest.raises(RunFailed) as failed:
        hooked_fails.run()
    assert failed.value.errors[0].type == "ValueError"
    assert "a ended failed ValueError" in notes
    assert "the hook Faulty failed" in caplog.text


def test_an_error_of_middleware_is_an_error_of_what_it_surrounds(hatchet: Hatchet) -> None:
    class Gate(Hook):
        async def around_trigger(
            self, runs: Sequence[RunRequest], call_next: Callable[[Sequence[RunRequest]], Awaitable[Sequence[str]]]
        ) -> Sequence[str]:
            if any(b"closed" in run.input for run in runs):
                raise PermissionError("this input is not allowed")
            return await call_next(runs)

        async def around_task(
            self, ctx: Context[Any], input: object, call_next: Callable[[object], Awaitable[object]]
        ) -> object:
            raise LookupError("no key for this run")

    client = hooked(hatchet, Gate())
    ran: list[str] = []

    @client.task(name="hooked-gate")
    async def gated(input: Name, ctx: Context) -> None:
        ran.append(input.name)

    with client.worker("hooked", workflows=[gated]):
        with pytest.raises(PermissionError, match="not allowed"):
            gated.run(Name(name="closed"))
        with pytest.raises(RunFailed, match="no key for this run"):
            gated.run(Name(name="open"))
    assert ran == []


def test_triggers_are_told_to_a_hook_that_does_nothing_else(hatchet: Hatchet) -> None:
    told: list[tuple[str, str]] = []

    class Triggered(Hook):
        def run_triggered(self, run: RunRequest, run_id: str) -> None:
            told.append((run.workflow_name, run_id))

    client = hooked(hatchet, Triggered())

    @client.task(name="hooked-told")
    async def hooked_told(input: EmptyModel, ctx: Context) -> None: ...

    with client.worker("hooked", workflows=[hooked_told]):
        refs = [hooked_told.run_no_wait(), *hooked_told.run_many_no_wait([hooked_told.create_bulk_run_item()] * 2)]
        for ref in refs:
            ref.result()
    assert told == [(hooked_told.name, ref.workflow_run_id) for ref in refs]


def test_pushed_events_are_told(hatchet: Hatchet) -> None:
    keys: list[str] = []

    class Listening(Hook):
        def event_pushed(self, event: Any) -> None:
            keys.append(event.key)

    client = hooked(hatchet, Listening())
    client.event.push("hooked:one", {})
    assert keys == [f"{hatchet.namespace}hooked:one"]


def test_hooks_hear_of_attempts_whose_input_is_not_valid(hatchet: Hatchet) -> None:
    notes: list[str] = []
    client = hooked(hatchet, Recorder("a", notes))

    @client.task(name="picky-hooked")
    async def picky(input: Name, ctx: Context) -> str:
        return input.name

    @client.batch_task(name="picky-hooked-batch", batch_max_size=2, batch_max_interval=timedelta(seconds=20))
    async def picky_batch(inputs: dict[str, Name], ctx: Context) -> dict[str, str]:
        raise AssertionError("no input of it is valid")

    with client.worker("w", workflows=[picky, picky_batch]):
        anything = hatchet.stubs.task(name="picky-hooked", input_validator=EmptyModel)
        with pytest.raises(RunFailed) as failed:
            anything.run()
        assert failed.value.errors[0].type == "InputError"
        batch = hatchet.stubs.task(name="picky-hooked-batch", input_validator=EmptyModel)
        results = batch.run_many([batch.create_bulk_run_item()] * 2, return_exceptions=True)
        assert [type(result) for result in results] == [RunFailed, RunFailed]
    assert sorted(notes) == ["a ended failed InputError"] * 2 + ["a started None"] * 2
    client.io.block(client.gateway.close())
