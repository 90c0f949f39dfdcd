"""Children of durable tasks: how they are asked for, and what becomes of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, cast

from hatchet.context.durable_actions import Answer, Ended
from hatchet.errors import IdempotencyCollisionError, RunCancelled, RunFailed
from hatchet.options.outputs import ChildOutputs
from hatchet.wire import tracebacks
from hatchet.wire.durable_values import StartRequest
from hatchet.wire.requests import Trigger

MOST: Final = 100  # children in one request: the engine's limit
OVERHEAD: Final = 2048  # bytes of a child beside its input and metadata
CANCELLED: Final = "task was cancelled"  # how the engine says it
COLLISION: Final = re.compile(r"idempotency key collision.*?([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})", re.DOTALL)


def chunks(runs: Sequence[Trigger], first: int, limit: int) -> list[StartRequest]:
    """Requests for children, one after the other.

    Those with a key get a request each: what the engine answers is in the order of its log, in which such a child may
    have stood before.
    """
    requests: list[StartRequest] = []
    chunk: list[Trigger] = []
    room = 0

    def close() -> None:
        if chunk:
            requests.append(StartRequest(tuple(chunk), first + index - len(chunk)))
            chunk.clear()

    index = 0
    for index, run in enumerate(runs):
        size = len(run.input) + OVERHEAD + len(str(run.options.additional_metadata))
        if run.options.child_key is not None or size > room or len(chunk) == MOST:
            close()
            room = limit
        if run.options.child_key is not None:
            requests.append(StartRequest((run,), first + index))
            room = 0
        else:
            chunk.append(run)
            room -= size
    index += 1
    close()
    return requests


def started(answer: Answer, runs: Sequence[Trigger], workflows: dict[str, str]) -> list[str]:
    """The ids of the runs that were started; notes which workflow each is of."""
    ids = cast("tuple[str, ...]", answer)
    workflows.update(zip(ids, (run.workflow for run in runs), strict=True))
    return list(ids)


def outputs_of_child(ended: Ended, run_id: str, workflow: str) -> ChildOutputs:
    """What a child gives that has ended.

    Raises:
        RunFailed: it failed.
        RunCancelled: it was cancelled.
        IdempotencyCollisionError: it was not started, because another run holds its key.
    """
    if ended.failure is None:
        return ChildOutputs(workflow, ended.payload.decode())
    if ended.failure.strip() == CANCELLED:
        raise RunCancelled(run_id)
    if (found := COLLISION.match(ended.failure)) is not None:
        raise IdempotencyCollisionError(
            f"run {found[1]} holds the idempotency key, so that no new one was started",
            code="ALREADY_EXISTS",
            call="DurableTask",
            existing_run_id=found[1],
            colliding_run_id=run_id,
        )
    raise RunFailed(run_id, [tracebacks.parse(ended.failure)])
