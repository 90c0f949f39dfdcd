"""A durable task, its worker and its engine, in one thread and without a network, disturbed as a list of numbers says.

Nothing here waits: what is on its way lies in queues, and each number chooses the next thing that happens, a loss
included. The worker does what a right client does: it asks one thing after another, takes completions as they come,
ignores what it has, fails the attempt whose question was cut off, and tells what it waits for when it is back.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from hatchet.engine.auth import Auth
from hatchet.engine.delivery.durable import DurableStream
from hatchet.engine.delivery.outbox import Outbox
from hatchet.engine.grpc import validate
from hatchet.engine.hub import Hub
from hatchet.engine.rules.durable import Awaited
from hatchet.engine.rules.ingestion import NewEvent
from hatchet.engine.rules.triggering import Trigger
from hatchet.engine.state.changes import Asked, Dispatch, TaskEventType, ToWorker
from hatchet.engine.state.conditions import Action, Wait
from hatchet.engine.state.durable import Spot
from hatchet.engine.state.model import RuntimeInfo, Status
from hatchet.engine.state.settings import EngineSettings
from hatchet.engine.storage.store import Store
from hatchet_api.grpc.v1 import dispatcher_pb2 as pb
from hatchet_api.grpc.v1 import workflows_pb2
from tests.engine.durable_peer import durable
from tests.engine.peer import task
from tests.engine.rules.durable_program import (
    Await,
    Children,
    Code,
    Memo,
    Question,
    Step,
    WaitFor,
    children_of,
    code_of,
    events_of,
    first_index,
)

PATIENCE = 600
"""Steps after which a task that nobody disturbs any more counts as hanging."""


# -- who executes it ------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class Invocation:
    """One invocation, as its worker sees it."""

    task_id: str
    retry: int
    count: int
    code: Code
    asking: Question | None = None
    trace: list[object] = field(default_factory=list[object])
    awaiting: Await | None = None
    done: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    """Completions in the order in which they came."""
    got: int = 0
    evicting: bool = False
    output: str | None = None


class Booking(Protocol):
    """Something that is booked."""

    def cancel(self) -> None:
        """Withdraw it."""


@dataclass
class ManualClock:
    """Time that passes when it is told to."""

    time: float = 1_000_000.0
    due: list[tuple[float, Callable[[], None]]] = field(default_factory=list[tuple[float, Callable[[], None]]])

    def now(self) -> float:
        """Seconds since the epoch."""
        return self.time

    elapsed = steady = now

    def call_in(self, seconds: float, callback: Callable[[], None]) -> Booking:
        """Book something."""
        entry = (self.time + seconds, callback)
        self.due.append(entry)
        return _Booked(self, entry)

    def advance(self, seconds: float) -> None:
        """Let time pass, and do what is due."""
        self.time += seconds
        due = [entry for entry in self.due if entry[0] <= self.time]
        for entry in due:
            if entry in self.due:
                self.due.remove(entry)
                entry[1]()


@dataclass
class _Booked:
    clock: ManualClock
    entry: tuple[float, Callable[[], None]]

    def cancel(self) -> None:
        """Withdraw it."""
        if self.entry in self.clock.due:
            self.clock.due.remove(self.entry)


class World:
    """Everything, and what may happen next."""

    def __init__(self, steps: Sequence[Step], *, reports: bool, branches: bool = False) -> None:
        self.steps = steps
        self.branches = branches
        """Whether somebody starts the task again from points of its log."""
        self.reports = reports
        """Whether the worker says how far it has got in the order."""
        self.log: list[str] = []
        self.clock = ManualClock()
        self.store = Store(None)
        self.ran: dict[str, int] = {}
        self.settled: list[object] = []
        """What the steps came to in any invocation so far."""
        self.invocation: Invocation | None = None
        self.requests: deque[Callable[[DurableStream], None]] = deque()
        self.actions: Outbox[ToWorker]
        self.stream: DurableStream | None = None
        self.mark = 0.0
        self.dirty = False
        self._start_engine()
        self._register()
        hub = self.hub
        names = {name for step in steps for name in children_of(step)}
        for request in (
            workflows_pb2.CreateWorkflowVersionRequest(
                name="d", tasks=[durable("d", workflow="d", retries=10_000, timeout="1000h", schedule_timeout="1000h")]
            ),
            workflows_pb2.CreateWorkflowVersionRequest(
                name="c", tasks=[task("c", workflow="c", schedule_timeout="1000h")]
            ),
        ):
            hub.catalog.put(validate.registration_of(request), self.clock.now())
        self.children = len(names)
        [self.run_id] = hub.triggering.trigger([Trigger("d")], self.clock.now())
        self._turn()

    # -- the engine --------------------------------------------------------------------------------------------------

    def _start_engine(self) -> None:
        auth = Auth("00000000-0000-0000-0000-000000000001", "t", b"s")
        settings = EngineSettings(max_internal_retries=100_000)
        self.hub = Hub(self.store, auth, settings, self.clock, validate.stored)

    def _turn(self) -> None:
        self.hub.turns.run()
        self.dirty = False

    def kill_engine(self) -> None:
        """Whatever is not stored is gone, and so is everything on its way."""
        for handle in list(self.clock.due):
            self.clock.due.remove(handle)
        self._cut_off()
        self._start_engine()
        self._listen()

    # -- the worker --------------------------------------------------------------------------------------------------

    def _register(self) -> None:
        worker = self.hub.fleet.register("w", ["d:d"], {"durable": 5}, {}, RuntimeInfo(), self.clock.now())
        self.worker_id = worker.id
        self._turn()
        self._listen()

    def _listen(self) -> None:
        hub = self.hub
        worker = hub.fleet.get(self.worker_id)
        self.actions = hub.worker_streams.open(worker.id)
        self.mark = hub.fleet.listening(worker, self.clock.now())
        self._beat()

    def _beat(self) -> None:
        self.hub.fleet.heartbeat(self.hub.fleet.get(self.worker_id), self.clock.now(), self.clock.steady())
        self.dirty = True

    def kill_worker(self) -> None:
        """The worker is gone with all it had; another comes, and the engine notices the loss."""
        self._cut_off(report=False)
        self.invocation = None
        self.hub.worker_streams.close(self.worker_id, self.actions)
        self.hub.fleet.gone(self.worker_id, self.mark)
        self._turn()
        self._register()
        for _ in range(4):  # heartbeats of the new worker keep coming
            self.clock.advance(8)
            self._beat()
        self._turn()

    def _cut_off(self, *, report: bool = True) -> None:
        """The stream is cut: what was asked and not answered fails the attempt."""
        if self.stream is not None:
            self.hub.durable_streams.close(self.stream)
            self.hub.event_logs.ended(self.stream.number, self.stream.worker_id)
        self.stream = None
        self.requests.clear()
        invocation = self.invocation
        if invocation is None:
            return
        if invocation.evicting:
            invocation.evicting = False  # it asks again when it is back
        if invocation.asking is not None and report:
            self.invocation = None
            self.reporting = invocation
            self._report(invocation)

    def _report(self, invocation: Invocation) -> None:
        """Say how an attempt ended; a report is repeated until it is stored, so it cannot be lost."""
        task = self.hub.core.find_task(invocation.task_id)
        assert task is not None
        now = self.clock.now()
        if invocation.output is not None:
            self.hub.lifecycle.completed(task, invocation.retry, invocation.output, now)
        else:
            self.hub.lifecycle.failed(task, invocation.retry, "the stream was cut", now)
        self._turn()

    def connect(self) -> None:
        """Open a stream, and say what is waited for."""
        self.stream = self.hub.durable_streams.open()
        self.hub.durable_streams.belongs(self.stream, self.worker_id)
        assert self.stream.box.drain()  # the greeting
        self.hub.event_logs.belongs(self.stream.number, self.worker_id, self.clock.now())
        self.dirty = True
        self.status()

    def status(self) -> None:
        """Say what is waited for."""
        invocation = self.invocation
        if invocation is not None and invocation.awaiting is not None:
            self.requests.append(self._status_of(invocation))

    def _status_of(self, invocation: Invocation) -> Callable[[DurableStream], None]:
        assert invocation.awaiting is not None
        known = {node for node, _ in invocation.done}
        spots = self._spots
        awaited = [
            Awaited(invocation.task_id, invocation.count, spots[node])
            for node in invocation.awaiting.nodes
            if node not in known
        ]
        key = (invocation.task_id, invocation.count)
        received = {key: invocation.got} if self.reports and invocation.got else {}
        return lambda stream: self.hub.durable.worker_status(stream.number, awaited, received, self.clock.now())

    def evict(self) -> None:
        """Let a waiting task go; what it waits for is said right before."""
        invocation = self.invocation
        assert invocation is not None
        invocation.evicting = True
        status = self._status_of(invocation)

        def both(stream: DurableStream) -> None:
            status(stream)
            self.hub.durable.evict(self._asked(stream, invocation), "", self.clock.now())

        self.requests.append(both)

    def take(self) -> None:
        """Take the next task."""
        [item, *rest] = self.actions.drain()
        for each in rest:
            self.actions.put(each)
        task = self.hub.core.tasks[item.task.id] if isinstance(item, Dispatch) else None
        if task is None or not isinstance(item, Dispatch) or item.retry_count != task.retry_count:
            return
        if task.status is not Status.RUNNING:
            return
        former = self.invocation
        if former is not None and (former.retry, former.count) == (task.retry_count, task.invocations):
            return  # sent again after a restart
        self.hub.lifecycle.started(task, task.retry_count, self.clock.now(), self.worker_id)
        trace: list[object] = []
        code = code_of(self.steps, trace)
        self.invocation = Invocation(task.id, task.retry_count, task.invocations, code, trace=trace)
        self._spots: dict[int, Spot] = {}
        self.dirty = True
        self._go_on(self.invocation, None)

    def hear(self) -> None:
        """Take the next message of the stream."""
        assert self.stream is not None
        [message, *rest] = self.stream.box.drain()
        for each in rest:
            self.stream.box.put(each)
        kind = message.WhichOneof("message")
        assert kind != "error", message
        invocation = self.invocation
        if invocation is None:
            return
        match kind:
            case "server_evict":
                notice = message.server_evict
                if (notice.durable_task_external_id, notice.invocation_count) == (invocation.task_id, invocation.count):
                    self.invocation = None
            case "eviction_ack":
                if message.eviction_ack.invocation_count == invocation.count:
                    self.invocation = None
            case "memo_ack" if message.memo_ack.ref.invocation_count == invocation.count:
                self._remember(invocation, message.memo_ack)
            case "trigger_runs_ack" if message.trigger_runs_ack.invocation_count == invocation.count:
                entries = message.trigger_runs_ack.run_entries
                self._answered(invocation, [Spot(each.branch_id, each.node_id) for each in entries])
            case "wait_for_ack" if message.wait_for_ack.ref.invocation_count == invocation.count:
                ref = message.wait_for_ack.ref
                self._answered(invocation, [Spot(ref.branch_id, ref.node_id)])
            case "entry_completed" if message.entry_completed.ref.invocation_count == invocation.count:
                self._completed(invocation, message.entry_completed)

    def _remember(self, invocation: Invocation, ack: pb.DurableTaskEventMemoAckResponse) -> None:
        question = invocation.asking
        assert question is not None
        assert isinstance(question.what, Memo)
        name = question.what.name
        if not ack.HasField("memo_result_payload"):
            self.ran[name] = self.ran.get(name, 0) + 1
            spot = Spot(ack.ref.branch_id, ack.ref.node_id)
            self.requests.append(
                lambda stream: self.hub.durable.complete_memo(
                    self._asked(stream, invocation), spot, name.encode(), f'"{name}"'.encode(), self.clock.now()
                )
            )
        else:
            assert ack.memo_result_payload == f'"{name}"'.encode()
        invocation.asking = None
        self._go_on(invocation, [])

    def _answered(self, invocation: Invocation, spots: list[Spot]) -> None:
        invocation.asking = None
        for spot in spots:
            self._spots[spot.node] = spot
        self._go_on(invocation, [spot.node for spot in spots])

    def _completed(self, invocation: Invocation, done: pb.DurableTaskEventLogEntryCompletedResponse) -> None:
        node = done.ref.node_id
        if done.satisfied_order > invocation.got:
            assert done.satisfied_order == invocation.got + 1, f"a gap before {done.satisfied_order}"
            invocation.got = done.satisfied_order
        if node in (each for each, _ in invocation.done):
            return
        invocation.done.append((node, done.error_message if done.is_failure else done.payload.decode()))
        awaiting = invocation.awaiting
        if awaiting is None:
            return
        there = [each for each in invocation.done if each[0] in awaiting.nodes]
        if there and (not awaiting.all or len(there) == len(awaiting.nodes)):
            self._go_on(invocation, there if awaiting.all else there[:1])

    def _go_on(self, invocation: Invocation, value: list[int] | list[tuple[int, str]] | None) -> None:
        while True:
            invocation.awaiting = None
            try:
                # A generator that has just begun takes nothing but None.
                wanted = next(invocation.code) if value is None else invocation.code.send(value)
            except StopIteration as end:
                self._compare(invocation)
                invocation.output = json.dumps({"trace": end.value})
                self.invocation = None
                self._report(invocation)
                return
            self._compare(invocation)
            if isinstance(wanted, Question):
                invocation.asking = wanted
                self.requests.append(partial(self._ask, invocation, wanted))
                return
            invocation.awaiting = wanted
            there = [each for each in invocation.done if each[0] in wanted.nodes]
            if not there or (wanted.all and len(there) < len(wanted.nodes)):
                return
            value = there if wanted.all else there[:1]

    def _compare(self, invocation: Invocation) -> None:
        """Whatever a former invocation went on with, this one must, too."""
        common = min(len(self.settled), len(invocation.trace))
        assert invocation.trace[:common] == self.settled[:common]
        self.settled += invocation.trace[common:]

    def _asked(self, stream: DurableStream, invocation: Invocation) -> Asked:
        return Asked(stream.number, invocation.task_id, invocation.count)

    def _ask(self, invocation: Invocation, question: Question, stream: DurableStream) -> None:
        durable_, now = self.hub.durable, self.clock.now()
        asked = self._asked(stream, invocation)
        match question.what:
            case Memo(name):
                durable_.memo(asked, name.encode(), None, now)
            case Children(names, keyed):
                triggers = [
                    Trigger("c", json.dumps({"name": name}), child_index=number, child_key=name if keyed else None)
                    for number, name in enumerate(names, first_index(names))
                ]
                durable_.trigger_runs(asked, triggers, now)
            case WaitFor(name, sleeps):
                wait = (
                    Wait(Action.QUEUE, "g", name, sleep="10s")
                    if sleeps
                    else Wait(Action.QUEUE, "g", name, event_key=name)
                )
                durable_.wait_for(asked, (wait,), {}, None, now)

    # -- what may happen ---------------------------------------------------------------------------------------------

    def helpful(self) -> list[tuple[str, Callable[[], None]]]:
        """What brings the task on, as far as it is possible now."""
        found: list[tuple[str, Callable[[], None]]] = []
        if self.stream is None:
            found.append(("connect", self.connect))
        elif self.requests:
            found.append(("serve", self._serve))
        if self.stream is not None and self.stream.box._items:  # pyright: ignore[reportPrivateUsage]  # a look, no more
            found.append(("hear", self.hear))
        if self.actions._items:  # pyright: ignore[reportPrivateUsage]
            found.append(("take", self.take))
        if self.dirty:
            found.append(("turn", self._turn))
        found += found
        found.extend((("child", self._end_child), ("event", self._push), ("time", self._wait)))
        return found

    def disturbing(self) -> list[tuple[str, Callable[[], None]]]:
        """What a disturbance may be now."""
        found: list[tuple[str, Callable[[], None]]] = [
            ("kill engine", self.kill_engine),
            ("kill worker", self.kill_worker),
            ("cut", self._cut_off),
        ]
        invocation = self.invocation
        if invocation is not None and invocation.awaiting is not None and not invocation.evicting:
            found.extend([("evict", self.evict)] * 4)
            found.append(("status", self.status))
        found.append(("stale", self._stale))
        if self.branches:
            found.append(("branch", self._branch))
        return found

    def _serve(self) -> None:
        assert self.stream is not None
        self.requests.popleft()(self.stream)
        self.dirty = True

    def _stale(self) -> None:
        """A former invocation, which nobody has told of its end, still speaks."""
        if self.stream is None:
            return
        task = self.hub.core.find_task(self.run_id)
        if task is not None and task.invocations > 1:
            asked = Asked(self.stream.number, task.id, task.invocations - 1)
            self.hub.durable.memo(asked, b"stale", b"1", self.clock.now())
            self.hub.durable.complete_memo(asked, Spot(1, 1), b"stale", b"1", self.clock.now())
            # Its answers are for nobody.
            self._turn()
            answers = self.stream.box.drain()
            for each in answers:
                if each.WhichOneof("message") not in ("error", "server_evict"):
                    self.stream.box.put(each)

    def _branch(self) -> None:
        """The task is started again from some node of some branch; its worker is told at once."""
        task = self.hub.core.find_task(self.run_id)
        assert task is not None
        parent = 1 + len(self.log) % self.hub.event_logs.of(task).branch
        self.hub.branching.branch(task, len(self.log) % 7, parent, self.clock.now())
        self.invocation = None
        self.settled = []
        self._turn()

    def _end_child(self) -> None:
        hub = self.hub
        for run in hub.core.runs.values():
            if run.workflow_name == "c" and run.finished_at is None:
                only = run.tasks["c"]
                # As if a worker had it: who executes children is not what is tried here.
                hub.places.leave(only)
                only.status = Status.RUNNING
                hub.core.note(only, TaskEventType.ASSIGNED, self.clock.now())
                hub.lifecycle.completed(only, only.retry_count, run.input, self.clock.now())
                self.dirty = True
                return

    def _push(self) -> None:
        """The event that has not come for the longest time."""
        names = sorted({name for step in self.steps for name in events_of(step)})
        if names:
            self.pushed = getattr(self, "pushed", 0) + 1
            name = names[self.pushed % len(names)]
            self.hub.ingestion.push([NewEvent(key=name, payload=json.dumps({"of": name}))], self.clock.now())
            self.dirty = True

    def _wait(self) -> None:
        self.clock.advance(4)
        self._beat()

    # -- a whole schedule --------------------------------------------------------------------------------------------

    def play(self, numbers: Sequence[int]) -> list[object]:
        """Let happen what the numbers say, and then only what helps; the output of the task."""
        for number in numbers:
            if self._over():
                break
            disturbing = number % 8 == 7
            possible = self.disturbing() if disturbing else self.helpful()
            name, happen = possible[number // 8 % len(possible)]
            self.log.append(name)
            happen()
        for step in range(PATIENCE):
            if self._over():
                break
            possible = self.helpful()
            name, happen = possible[step % len(possible)]
            self.log.append(name)
            happen()
        run = self.hub.core.find_run(self.run_id)
        assert run is not None
        only = run.tasks["d"]
        assert only.status is Status.COMPLETED, f"{only.status}: {only.error}"
        trace: list[object] = json.loads(only.output or "")["trace"]
        return trace

    def _over(self) -> bool:
        run = self.hub.core.find_run(self.run_id)
        return run is not None and run.status.final

    def count_children(self) -> int:
        """How many children there are."""
        self._turn()
        return int(self.store.db.execute("SELECT count(*) FROM runs WHERE parent_task_id IS NOT NULL").fetchone()[0])
