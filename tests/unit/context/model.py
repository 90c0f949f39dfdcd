"""An engine, a network and a worker in one loop: random programs go through a durable log, and everything may be lost.

The engine keeps its entries across invocations, and holds completions back as the real one does: what comes after a
completion that a connection has not seen is not sent on it. The network delivers in order, loses all that is on its way
when it breaks, and may say completions twice. The worker may be lost, or let its invocation go, at any moment.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, cast

from hatchet.context.durable_actions import Offer
from hatchet.context.durable_log import DurableLog
from hatchet.context.durable_session import Act, DurableSession, counting_task
from hatchet.context.outcomes import Wait
from hatchet.options.conditions import SleepCondition
from hatchet.options.specs import RunSpec
from hatchet.scope import Scope, current_scope
from hatchet.wire.durable_values import (
    Completed,
    Invocation,
    MemoAck,
    MemoRequest,
    MemoValue,
    Message,
    Place,
    Refused,
    Request,
    StartAck,
    StartRequest,
    WaitAck,
    WaitRequest,
)
from hatchet.wire.requests import Trigger

# A program is a list of steps, one after the other; a list in it has programs that run side by side.
Step = tuple[str, int]
Program = list[Any]


@dataclass
class Entry:
    """One entry of the engine's log."""

    kind: str
    key: str
    run_id: str = ""
    value: bytes | None = None
    order: int | None = None


@dataclass
class Engine:
    """Keeps the log of one task."""

    counts: bool
    """Whether completions carry their order."""
    trace: list[str]
    entries: dict[int, Entry] = field(default_factory=dict[int, Entry])
    keys: dict[str, int] = field(default_factory=dict[str, int])
    invocation: int = 1
    node: int = 0
    orders: int = 0
    started: Counter[str] = field(default_factory=Counter[str])
    outgoing: deque[Message] = field(default_factory=deque[Message])
    released: int = 0
    held: dict[int, Message] = field(default_factory=dict[int, Message])

    def begin(self) -> None:
        """Another invocation."""
        self.invocation += 1
        self.node = 0
        self.connect()

    def connect(self) -> None:
        """Another connection: nothing is on its way."""
        self.outgoing.clear()
        self.held.clear()
        self.released = 0

    def _entry(self, kind: str, key: str) -> tuple[int, Entry] | None:
        node = self.node + 1
        entry = self.entries.setdefault(node, Entry(kind, key))
        if (entry.kind, entry.key) != (kind, key):
            self.outgoing.append(Refused(Place(1, node), f"{entry.kind} {entry.key} != {kind} {key}", True))
            return None
        self.node = node
        return node, entry

    def ask(self, request: Request) -> None:
        """Handle a request, at once."""
        self.trace.append(f"asked {_shown(request)}")
        match request:
            case WaitRequest():
                found = self._entry("wait", request.conditions[0].data_key)
                if found is not None:
                    self.outgoing.append(WaitAck(Place(1, found[0])))
                    self._tell(found[0])
            case MemoRequest(key, value):
                found = self._entry("memo", key.decode())
                if found is not None:
                    node, entry = found
                    entry.value = entry.value or value
                    self.outgoing.append(MemoAck(Place(1, node), entry.value))
                    if entry.value:
                        self.outgoing.append(Completed(Place(1, node), entry.value))
            case StartRequest():
                self._start(request)

    def _start(self, request: StartRequest) -> None:
        acked: list[tuple[Place, str]] = []
        for run in request.runs:
            key = run.options.child_key
            if key is not None and key in self.keys:
                node = self.keys[key]
                self.node = max(self.node, node)
            else:
                found = self._entry("run", run.input.decode())
                if found is None:
                    return
                node = found[0]
                if key is not None:
                    self.keys[key] = node
            entry = self.entries[node]
            if not entry.run_id:
                entry.run_id = f"run-{node}"
                self.started[run.input.decode()] += 1
            acked.append((Place(1, node), entry.run_id))
        self.outgoing.append(StartAck(tuple(sorted(acked))))
        for place, _ in acked:
            self._tell(place.node)

    def remember(self, value: MemoValue) -> None:
        """Store the value of a memo, unless there is one."""
        entry = self.entries[value.place.node]
        entry.value = entry.value or value.value

    @property
    def pending(self) -> list[int]:
        """Entries that wait for something outside."""
        return [
            node
            for node, entry in self.entries.items()
            if entry.kind != "memo" and entry.order is None and (entry.kind != "run" or entry.run_id)
        ]

    def complete(self, node: int) -> None:
        """What an entry waits for has happened."""
        self.orders += 1
        entry = self.entries[node]
        entry.order, entry.value = self.orders, json.dumps(entry.key).encode()
        self.trace.append(f"completed {node} as {self.orders}")
        self._tell(node)

    def _tell(self, node: int) -> None:
        entry = self.entries[node]
        if entry.order is None:
            return
        message = Completed(Place(1, node), entry.value or b"", order=entry.order if self.counts else None)
        if entry.order <= self.released:
            self.outgoing.append(message)
            return
        self.held[entry.order] = message
        while self.released + 1 in self.held:
            self.released += 1
            self.outgoing.append(self.held.pop(self.released))

    def status(self, waiting: list[Place], received: int | None) -> None:
        """Tell what there is of entries that are waited for."""
        if received is not None:
            self.released = max(self.released, received)
        for place in waiting:
            self._tell(place.node)


def _shown(request: Request) -> str:
    match request:
        case WaitRequest():
            return f"wait {request.conditions[0].data_key}"
        case MemoRequest(key):
            return f"memo {key.decode()}"
        case StartRequest():
            return f"start {[run.input.decode() for run in request.runs]}"


class Lost(BaseException):
    """The worker is lost."""


@dataclass
class World:
    """One task, from its first invocation to its end."""

    seed: int
    program: Program
    random: random.Random = field(init=False)
    trace: list[str] = field(default_factory=list[str])
    memos: Counter[str] = field(default_factory=Counter[str])
    losses: int = 0

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.engine = Engine(self.random.random() < 0.5, self.trace)
        self.to_engine: deque[Request | MemoValue] = deque()

    # -- the worker

    def post(self, session: DurableSession, act: Act) -> None:
        """The code tells its log something."""
        asyncio.get_running_loop().call_soon(self._act, session, act)

    def _act(self, session: DurableSession, act: Act) -> None:
        if session is self.session:
            act(self.log)
            self._pump()

    def _pump(self) -> None:
        for action in self.log.take():
            if isinstance(action, Offer):
                self.session.offer(action)
            else:
                self.to_engine.append(action)

    def _begin(self) -> asyncio.Task[Any]:
        invocation = Invocation("task", self.engine.invocation)
        self.log = DurableLog(invocation)
        self.to_engine.clear()
        self.session = DurableSession(invocation, self, is_async=True, message_limit=100_000)
        return asyncio.get_running_loop().create_task(self._code())

    async def _code(self) -> object:
        scope = Scope("task", "task", 0, "", {}, log=self.session)
        current_scope.set(scope)
        return await self._run(self.program)

    async def _run(self, program: Program) -> list[object]:
        results: list[object] = []
        for step in program:
            if isinstance(step, list):
                results.append(await asyncio.gather(*(self._run(each) for each in cast(list[Program], step))))
            else:
                results.append(await self._step(*cast(Step, step)))
        return results

    async def _step(self, kind: str, number: int) -> object:
        session = self.session
        if kind == "wait":
            wait = Wait.of([SleepCondition(f"{number}s")], "test", str)
            return json.loads(await session.wait(wait, None))
        if kind == "memo":
            return await self._memo(number)
        if kind == "now":
            return (await session.remember(f"now-{number}".encode(), f'"{number}"'.encode(), "now")).decode()
        if kind == "keyed":
            (run_id,) = await session.start([_trigger(f"keyed-{number}", f"key-{number}")])
            return await session.outputs(run_id)
        runs = [_trigger(f"run-{number}-{index}") for index in range(number % 3 + 1)]
        ids = await session.start(runs)
        if kind == "later":
            wait = Wait.of([SleepCondition(f"{1000 + number}s")], "test", str)
            await session.wait(wait, None)
        return await asyncio.gather(*(session.outputs(run_id) for run_id in ids))

    async def _memo(self, number: int) -> object:
        session = self.session
        opened = await session.open_memo(f"memo-{number}".encode(), "memo")
        if isinstance(opened, int):
            self.memos[f"memo-{number}"] += 1
            for _ in range(self.random.randrange(4)):
                await asyncio.sleep(0)
            value = f'"value-{number}"'.encode()
            await session.close_memo(opened, value)
            return value.decode()
        return opened.decode()

    # -- the schedule

    async def play(self) -> object:
        """Let things happen in a random order until the task has ended; what it returns."""
        if self.seed % 2:  # as on a worker's own loop
            asyncio.get_running_loop().set_task_factory(counting_task)
        code = self._begin()
        due: deque[object] = vars(asyncio.get_running_loop())["_ready"]  # no public way tells whether the loop is idle
        for turn in range(20_000):
            if code.done():
                return code.result()
            code = self._happen(code, turn)
            for _ in range(self.random.choice((0, 0, 1, 15))):
                if not due:
                    break  # further turns of the loop would change nothing
                await asyncio.sleep(0)
        raise AssertionError(f"seed {self.seed} of {self.program} does not end: " + "; ".join(self.trace[-40:]))

    def _happen(self, code: asyncio.Task[Any], turn: int) -> asyncio.Task[Any]:
        chances: list[Callable[[], None]] = []
        if self.to_engine:
            chances += [self._carry] * 4
        if self.engine.outgoing:
            chances += [self._deliver] * 4
        if self.engine.pending:
            chances += [lambda: self.engine.complete(self.random.choice(self.engine.pending))]
        if not chances and turn % 50 == 49:
            chances += [lambda: self.engine.status(self.log.entries.unfinished, self.log.highest_order)]
        chance = self.random.random()
        if chance < 0.02 and self.losses < 8:
            self.losses += 1
            return self._lose_worker(code)
        if chance < 0.05 and self.losses < 8:
            self.losses += 1
            return self._break(code)
        if chances:
            self.random.choice(chances)()
        return code

    def _carry(self) -> None:
        asked = self.to_engine.popleft()
        if isinstance(asked, MemoValue):
            self.engine.remember(asked)
        else:
            self.log.sent()
            self.engine.ask(asked)

    def _deliver(self) -> None:
        outgoing = self.engine.outgoing
        kinds = [isinstance(each, Completed) for each in (*outgoing, None, None)][:2]
        if kinds == [False, True] and self.random.random() < 0.3:
            # A completion overtakes the acknowledgement of its entry, or of another.
            outgoing[0], outgoing[1] = outgoing[1], outgoing[0]
        message = outgoing.popleft()
        if isinstance(message, Completed) and self.random.random() < 0.2:
            outgoing.insert(self.random.randrange(len(outgoing) + 1), replace(message))
        self.log.receive(message)
        self._pump()

    def _lose_worker(self, code: asyncio.Task[Any]) -> asyncio.Task[Any]:
        self.trace.append("worker lost")
        code.cancel()
        self.session.end(Lost())
        self.engine.begin()
        return self._begin()

    def _break(self, code: asyncio.Task[Any]) -> asyncio.Task[Any]:
        """The connection breaks; what was on its way is lost or was handled, as it happens."""
        self.trace.append("connection lost")
        if self.to_engine and self.random.random() < 0.5:
            self._carry()
        self.engine.connect()
        unsent = [each for each in self.to_engine if not isinstance(each, MemoValue)]
        self.to_engine.clear()
        if not self.log.reconnected():
            self.trace.append("begun anew")
            return self._lose_worker(code)
        again = self.log.entries.completing if self.log.highest_order is None else self.log.entries.unfinished
        self.engine.status(again, self.log.highest_order)
        self.to_engine.extend(unsent)
        self._pump()
        return code


def _trigger(name: str, key: str | None = None) -> Trigger:
    return Trigger("child", name.encode(), RunSpec(child_key=key), parent_run_id="task")


def random_program(chance: random.Random, depth: int = 0, numbers: list[int] | None = None) -> Program:
    """A program of a few steps; every step is another one."""
    numbers = numbers if numbers is not None else [0]
    program: Program = []
    for _ in range(chance.randrange(1, 5)):
        if depth < 2 and chance.random() < 0.3:
            program.append([random_program(chance, depth + 1, numbers) for _ in range(chance.randrange(1, 4))])
        else:
            numbers[0] += 1
            program.append((chance.choice(("wait", "memo", "now", "run", "later", "keyed")), numbers[0]))
    return program
