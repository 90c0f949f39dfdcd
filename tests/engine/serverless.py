"""An engine without servers, whose clock moves when it is moved."""

from __future__ import annotations

from hatchet.engine.auth import Auth
from hatchet.engine.grpc import validate
from hatchet.engine.hub import Hub
from hatchet.engine.rules.triggering import Trigger
from hatchet.engine.state.model import RuntimeInfo, TaskRun, Worker
from hatchet.engine.state.settings import EngineSettings
from hatchet.engine.storage.store import Store
from hatchet_api.grpc.v1 import workflows_pb2
from tests.engine.peer import task
from tests.engine.rules.durable_world import ManualClock

NOW = 1_000_000.0
"""What its clock shows first."""


def made() -> Hub:
    """A new one, which keeps nothing."""
    auth = Auth("00000000-0000-0000-0000-000000000001", "t", b"s")
    return Hub(Store(None), auth, EngineSettings(), ManualClock(), validate.stored)


def put(hub: Hub, **fields: str | int) -> None:
    """A workflow `w` of one task."""
    opts = task("w", workflow="w")
    for name, value in fields.items():
        setattr(opts, name, value)
    request = workflows_pb2.CreateWorkflowVersionRequest(name="w", tasks=[opts])
    hub.catalog.put(validate.registration_of(request), hub.now())


def run(hub: Hub, input: str = "{}") -> TaskRun:
    [run_id] = hub.triggering.trigger([Trigger("w", input)], hub.now())
    return hub.core.tasks[run_id]


def worker(hub: Hub, *, beats: bool = True) -> Worker:
    """A worker for `w` that listens, and has sent a heartbeat."""
    found = hub.fleet.register("w", ["w:w"], {"default": 1}, {}, RuntimeInfo(), hub.now())
    hub.worker_streams.open(found.id)
    hub.fleet.listening(found, hub.now())
    if beats:
        hub.fleet.heartbeat(found, hub.now(), hub.clock.steady())
    return found


def advance(hub: Hub, seconds: float) -> None:
    clock = hub.clock._clock
    assert isinstance(clock, ManualClock)
    clock.advance(seconds)
