"""Plays a program on an engine, and notes after each act what a user can see."""

from __future__ import annotations

import asyncio
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

from pydantic import BaseModel

from hatchet import (
    ConcurrencyExpression,
    ConcurrencyLimitStrategy,
    Context,
    DesiredWorkerLabel,
    Hatchet,
    HatchetError,
    NonRetryableError,
    ParentCondition,
    Standalone,
    StatusBasedIdempotencyConfig,
    Task,
    TTLBasedIdempotencyConfig,
    Workflow,
)
from hatchet.errors import AlreadyExists, BulkTriggerIdempotencyCollisionError, IdempotencyCollisionError
from tests.conformance.helpers import eventually
from tests.congruence.program import Act, Deed, Flow, Program, Rule, Step
from tests.congruence.sight import Seen, json_of, look_at

PATIENCE = 20.0  # s for an engine to come to rest
LOOK = 0.25  # s between two looks
SHORT = timedelta(seconds=1)  # the time that is overrun
LONG = timedelta(minutes=10)


class Number(BaseModel):
    n: int = 0


Handler = Callable[[Number, Context], Any]
Declared = Workflow[Number] | Standalone[Number, Any]  # Any: what its only task gives is JSON


class Gates:
    """Attempts wait here until their run is opened; how many overrun at the moment."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: set[int] = set()
        self._waiting: dict[int, list[tuple[asyncio.AbstractEventLoop, asyncio.Event]]] = defaultdict(list)
        self.overrunning = 0
        self.calls: list[tuple[int, str, int]] = []
        """The number of the run, the task, and the count of its attempts before."""

    def begin(self, n: int, step: str, attempt: int) -> None:
        """An attempt began."""
        with self._lock:
            self.calls.append((n, step, attempt))

    async def passed(self, n: int) -> None:
        """Until the run is opened."""
        opened = asyncio.Event()
        with self._lock:
            if n in self._open:
                return
            self._waiting[n].append((asyncio.get_running_loop(), opened))
        await opened.wait()

    async def overrun(self) -> None:
        """Until the attempt is cancelled."""
        with self._lock:
            self.overrunning += 1
        try:
            await asyncio.Event().wait()
        finally:
            with self._lock:
                self.overrunning -= 1

    def open(self, n: int) -> None:
        """Let the attempts of a run through, those to come, too."""
        with self._lock:
            self._open.add(n)
            waiting = self._waiting.pop(n, [])
        for loop, opened in waiting:
            with suppress(RuntimeError):  # its worker has ended
                loop.call_soon_threadsafe(opened.set)


class Player:
    """One program on one engine.

    Args:
        hatchet: the engine's client.
        program: what is played.
        rest: seconds without a change after which the engine has come to rest.
    """

    def __init__(self, hatchet: Hatchet, program: Program, rest: float) -> None:
        self._hatchet = hatchet
        self._program = program
        # What wants a worker that there is not is over when its time is: nothing shows that it still waits.
        if any(flow.strategy is not None for flow in program.flows):
            rest *= 2  # limits are looked at in rounds there
        patient = any(step.impossible for flow in program.flows for step in flow.steps)
        self._rest = rest + SHORT.total_seconds() if patient else rest
        self._tag = uuid.uuid4().hex[:12]
        self._gates = Gates()
        self._runs: list[tuple[str, int]] = []
        """The id of each run and the number in its input, in the order in which they began."""
        self._notes: list[Any] = []
        self._flows: list[Declared] = []
        # The second workflow first: the first one starts runs of it.
        for index in reversed(range(len(program.flows))):
            self._flows.insert(0, self._declare(program.flows[index], f"same-{self._tag}-{index}"))

    def play(self) -> Any:
        """What was seen, as JSON."""
        looks: list[Any] = []
        with self._hatchet.worker(f"same-{self._tag}", slots=50, workflows=self._flows, drain_timeout=5):
            for act in self._program.acts:
                self._do(act)
                looks.append({"act": json_of(act), "seen": self._at_rest()})
            # And what has no number: the real engine replays a task that never began without the run's input.
            for n in {0, *(n for _, n in self._runs)}:
                self._gates.open(n)
            looks.append({"act": "end", "seen": self._at_rest()})
        return {"looks": looks, "notes": self._notes, "attempts": self._attempts()}

    # -- declarations -----------------------------------------------------------------------------------------------

    def _declare(self, flow: Flow, name: str) -> Declared:
        options: dict[str, Any] = {}
        if flow.strategy is not None:
            options["concurrency"] = ConcurrencyExpression(
                expression="'all'", max_runs=flow.max_runs, limit_strategy=ConcurrencyLimitStrategy[flow.strategy]
            )
        if flow.heard:
            options["on_events"] = [f"event-{self._tag}"]
        key = f"'{self._tag}-' + string(int(input.n) / 10)"
        if flow.keyed == "ttl":
            options["idempotency"] = TTLBasedIdempotencyConfig(key_expression=key, ttl=timedelta(minutes=10))
        elif flow.keyed == "status":
            options["idempotency"] = StatusBasedIdempotencyConfig(
                key_expression=key, fallback_ttl=timedelta(minutes=10)
            )
        if flow.alone:
            (step,) = flow.steps
            declare: Callable[[Handler], Declared] = self._hatchet.task(
                name=name, input_validator=Number, **options, **self._options(step, {})
            )
            return declare(self._handler(step))
        workflow = self._hatchet.workflow(name, input_validator=Number, **options)
        made: dict[str, Task[Number, Any]] = {}
        for step in flow.steps:
            parents = [made[parent] for parent in step.parents]
            made[step.name] = workflow.task(name=step.name, parents=parents, **self._options(step, made))(
                self._handler(step)
            )
        if flow.on_failure:
            workflow.on_failure_task(name="sorry")(self._handler(Step(name="sorry")))
        return workflow

    def _options(self, step: Step, made: dict[str, Task[Number, Any]]) -> dict[str, Any]:
        options: dict[str, Any] = {"retries": step.retries}
        options["execution_timeout"] = SHORT if "overrun" in step.deeds else LONG
        if step.impossible:
            options["desired_worker_labels"] = [
                DesiredWorkerLabel(key=f"label-{self._tag}", value="none", required=True)
            ]
            options["schedule_timeout"] = SHORT
        for kind in ("skip_if", "cancel_if", "wait_for"):
            rules = [_condition(rule, made) for rule in step.rules if rule.kind == kind]
            if rules:
                options[kind] = rules
        return options

    def _handler(self, step: Step) -> Handler:
        async def handle(input: Number, ctx: Context) -> dict[str, object]:
            attempt = ctx.retry_count
            self._gates.begin(input.n, step.name, attempt)
            deed: Deed = step.deeds[min(attempt, len(step.deeds) - 1)]
            match deed:
                case "fail":
                    raise ValueError(f"{step.name} fails in attempt {attempt}")
                case "give up":
                    raise NonRetryableError(f"{step.name} gives up in attempt {attempt}")
                case "hold":
                    await self._gates.passed(input.n)
                case "overrun":
                    await self._gates.overrun()
                case "return":
                    pass
            ended: list[str] = []
            for index in range(step.children):
                child = self._flows[1]
                try:
                    await child.aio_run(Number(n=100 * input.n + index))
                    ended.append("completed")
                except HatchetError as error:
                    ended.append(type(error).__name__)
            return {"n": input.n, "attempt": attempt, "children": ended}

        return handle

    # -- acts -------------------------------------------------------------------------------------------------------

    def _do(self, act: Act) -> None:
        hatchet, flow = self._hatchet, self._flows[act.flow]
        match act.kind:
            case "run":
                (n,) = act.numbers
                self._begun(flow, [n])
            case "bulk":
                self._begun(flow, act.numbers)
            case "push":
                (n,) = act.numbers
                event = hatchet.event.push(f"event-{self._tag}", {"n": n})
                found = eventually(lambda: hatchet.event.get(event.event_id).triggered_runs, bool)
                self._runs.extend((str(run.workflow_run_id), n) for run in found or ())
                self._notes.append(f"{len(found or ())} runs by an event")
            case "open":
                if act.run < len(self._runs):
                    self._gates.open(self._runs[act.run][1])
            case _:
                self._change(act)

    def _begun(self, flow: Declared, numbers: tuple[int, ...] | list[int]) -> None:
        try:
            if len(numbers) == 1:
                self._runs.append((flow.run_no_wait(Number(n=numbers[0])).workflow_run_id, numbers[0]))
                return
            items = [flow.create_bulk_run_item(Number(n=n)) for n in numbers]
            refs = flow.run_many_no_wait(items)
            self._runs.extend(zip([ref.workflow_run_id for ref in refs], numbers, strict=True))
        except BulkTriggerIdempotencyCollisionError as error:
            self._notes.append(f"{len(error.run_ids)} of {len(numbers)} runs began, {len(error.collisions)} collided")
            known = dict(self._runs)
            for run_id in error.run_ids:
                n = eventually(partial(self._input, run_id), bool)
                known.setdefault(run_id, n)
                self._runs.append((run_id, n))
            self._notes.append([known.get(each.existing_run_id, "unknown") for each in error.collisions])
        except IdempotencyCollisionError as error:
            held = dict(self._runs).get(error.existing_run_id or "", "unknown")
            self._notes.append(f"collision with {held}")
        except AlreadyExists as error:
            self._notes.append(f"refused: {type(error).__name__}")

    def _input(self, run_id: str) -> int:
        return Number.model_validate(self._hatchet.runs.get_details(run_id).input).n

    def _change(self, act: Act) -> None:
        if act.run >= len(self._runs):
            return
        run_id, _ = self._runs[act.run]
        try:
            match act.kind:
                case "cancel":
                    self._hatchet.runs.cancel(run_id)
                case "replay":
                    self._hatchet.runs.replay(run_id)
                case _:
                    # Not one that was cancelled before it began: the real engine replays it without its input.
                    begun = {
                        str(task.task_external_id)
                        for task in self._hatchet.runs.get(run_id).tasks
                        if task.started_at is not None and task.started_at.year > 1
                    }
                    tasks = self._hatchet.runs.get_details(run_id).tasks
                    if act.step in tasks and tasks[act.step].task_run_id in begun:
                        self._hatchet.runs.replay(tasks[act.step].task_run_id)
        except HatchetError as error:
            self._notes.append(f"{act.kind}: {type(error).__name__}")

    # -- what is seen -----------------------------------------------------------------------------------------------

    def _at_rest(self) -> Seen:
        """What is seen when nothing has changed for a while."""
        seen, since, deadline = None, 0.0, time.monotonic() + PATIENCE
        while True:
            now = [look_at(self._hatchet, run_id, n) for run_id, n in self._runs]
            state = (now, len(self._gates.calls))
            busy = self._gates.overrunning > 0 or not all(self._may_rest(each) for each in now)
            if state != seen or busy:
                seen, since = state, time.monotonic()
            if (not busy and time.monotonic() - since >= self._rest) or time.monotonic() > deadline:
                return {"runs": now}
            threading.Event().wait(LOOK)

    def _may_rest(self, run: Seen) -> bool:
        """Whether REST has caught up, and the run is not about to be handed out."""
        waits_for_others = any(flow.strategy is not None for flow in self._program.flows)
        return run["alike"] and (run["rest"]["status"] != "QUEUED" or waits_for_others)

    def _attempts(self) -> dict[str, list[int]]:
        """The attempts of each task that a worker has begun with."""
        found: dict[str, list[int]] = defaultdict(list)
        for n, step, attempt in sorted(self._gates.calls):
            found[f"{n} {step}"].append(attempt)
        return dict(found)


def _condition(rule: Rule, made: dict[str, Task[Number, Any]]) -> ParentCondition:
    return ParentCondition(made[rule.parent], expression="int(output.n) % 2 == 1")
