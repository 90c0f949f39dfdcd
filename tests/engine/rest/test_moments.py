"""Bounds of time in lists and in what a filter changes: what came at the bound itself, just before, and just after."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from hatchet_api.grpc import events_pb2
from tests.engine.peer import Peer, push
from tests.engine.rest_peer import STABLE, Rest
from tests.engine.whole_world import START, StillClock


@pytest.fixture
def clock() -> StillClock:
    """A clock that stands still, for the engine too."""
    return StillClock()


def moment(second: float) -> str:
    return datetime.fromtimestamp(START + second, timezone.utc).isoformat()


async def filled(peer: Peer, clock: StillClock) -> list[str]:
    """Runs at 0, 1 and 2 s; at the same times an event and a line of the first run."""
    await peer.put("w")
    runs: list[str] = []
    for second in range(3):
        runs.append(await peer.trigger("w"))
        await push(peer, f"event {second}")
        line = events_pb2.PutLogRequest(
            task_run_external_id=runs[0], message=f"line {second}", created_at=Timestamp(seconds=int(START) + second)
        )
        await peer.events.put_log(line, metadata=peer.metadata)
        clock.advance(1)
    return runs


BOUNDS = [(0, 2), (1, 1), (0.5, 1.5), (1.001, 2), (0, 0.999), (2, 2), (2.001, 9)]


@pytest.mark.parametrize(("since", "until"), BOUNDS)
async def test_what_came_at_a_bound_belongs_to_a_list_of_runs_and_events_but_not_of_lines(
    peer: Peer, rest: Rest, clock: StillClock, since: float, until: float
) -> None:
    runs = await filled(peer, clock)
    query = {"since": moment(since), "until": moment(until)}
    inside = [second for second in range(3) if since <= second <= until]
    between = [second for second in range(3) if since < second < until]
    for only_tasks in ("true", "false"):
        found = await rest.runs(**query, only_tasks=only_tasks)
        assert [row.metadata.id for row in reversed(found)] == [runs[second] for second in inside]
    events = (await rest.send("GET", f"{STABLE}/events", query=query)).json()["rows"]
    assert [row["key"] for row in reversed(events)] == [f"event {second}" for second in inside]
    lines = (await rest.send("GET", f"{STABLE}/logs", query=query)).json()["rows"]
    assert [row["message"] for row in lines] == [f"line {second}" for second in between]
    cancelled = await rest.send("POST", f"{STABLE}/tasks/cancel", {"filter": query})
    assert sorted(cancelled.json()["ids"]) == sorted(runs[second] for second in inside)
