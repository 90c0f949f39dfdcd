"""Everything that an engine knows it knows again after a restart: each table, and each kind of thing that is kept.

Tables come from the schema, kinds from the parts that keep some, so that a new one fails until it is filled here.
"""

from __future__ import annotations

import asyncio
import dataclasses
import enum
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from pydantic import BaseModel

from hatchet import (
    ConcurrencyExpression,
    ConcurrencyLimitStrategy,
    Context,
    DefaultFilter,
    DesiredWorkerLabel,
    DurableContext,
    Hatchet,
    RateLimit,
    RateLimitDuration,
    SleepCondition,
    TTLBasedIdempotencyConfig,
)
from hatchet.embedded import Local
from hatchet.engine.hub import Hub
from hatchet.engine.rules.shelf import Shelf
from hatchet_api.rest.models import V1WebhookAPIKeyAuth
from tests.reach import Transport

LATER = datetime(2040, 1, 1, tzinfo=timezone.utc)
ROBIN = ConcurrencyLimitStrategy.GROUP_ROUND_ROBIN


class In(BaseModel):
    key: str = "k"
    most: int = 1


def hub_of(hatchet: Hatchet) -> Hub:
    local = hatchet.gateway.local
    assert isinstance(local, Local)
    assert local._engine is not None
    assert local._engine._hub is not None
    return local._engine._hub


async def filled(hatchet: Hatchet) -> None:
    """Something of everything."""
    shared = ConcurrencyExpression("input.key", 1, ROBIN, name="shared", is_tenant_scoped=True)
    dynamic = ConcurrencyExpression("input.key", "input.most", ROBIN)
    key = TTLBasedIdempotencyConfig(key_expression="input.key", ttl=timedelta(hours=1))
    label = DesiredWorkerLabel(value=2, required=True, weight=7, comparator=3)
    scoped = DefaultFilter(expression="true", scope="s", payload={"n": 1})

    @hatchet.task(name="limited", concurrency=[shared, dynamic], rate_limits=[RateLimit(static_key="units", units=2)])
    async def limited(input: In, ctx: Context) -> None:
        await ctx.aio_log("a line")

    @hatchet.task(name="once", idempotency=key, on_events=["made"], default_filters=[scoped], on_crons=["0 0 1 1 *"])
    async def once(input: In, ctx: Context) -> None: ...

    @hatchet.task(name="placed", desired_worker_labels={"gpu": label}, default_priority=2, schedule_timeout="24h")
    async def placed(input: In, ctx: Context) -> None: ...

    @hatchet.durable_task(name="durable")
    async def durable(input: In, ctx: DurableContext) -> None:
        await ctx.aio_memo(value, "memo")
        await limited.aio_run(In(key="child"))
        await ctx.aio_sleep_for(timedelta(hours=1))

    async def value(key: str) -> int:
        return 1

    whole = ConcurrencyExpression("input.key", 2, ROBIN)
    waits = hatchet.workflow("waits", input_validator=In, concurrency=[whole])

    @waits.task(concurrency=[ConcurrencyExpression("input.key", 1, ROBIN)])
    async def first(input: In, ctx: Context) -> None:
        await once.aio_run_no_wait(In(key="child"))

    @waits.task(parents=[first], wait_for=[SleepCondition("1h")])
    async def second(input: In, ctx: Context) -> None: ...

    await hatchet.rate_limits.aio_put("units", 50, RateLimitDuration.HOUR)
    async with hatchet.worker("w", workflows=[limited, once, placed, durable, waits], labels={"gpu": 1}) as worker:
        await limited.aio_run(In(), additional_metadata={"a": 1})
        flow, sleeps = await waits.aio_run_no_wait(In()), await durable.aio_run_no_wait(In())
        await hatchet.event.aio_push("made", In(key="e"), additional_metadata={"b": 2}, scope="s")
        while len(await hatchet.runs.aio_durable_log(sleeps.workflow_run_id)) < 3:
            await asyncio.sleep(0.01)
        while (await hatchet.runs.aio_get(flow.workflow_run_id)).tasks[0].status.value != "COMPLETED":
            await asyncio.sleep(0.01)
        await hatchet.workers.aio_pause(str(worker.id))
        await limited.aio_run_no_wait(In(key="held"), priority=3)
        await waits.aio_run_no_wait(In(key="held"))
        await placed.aio_run_no_wait(In(), desired_worker_labels={"gpu": label}, child_key="c")
    await hatchet.rate_limits.aio_pause("units", LATER)
    await hatchet.streams.aio_publish("topic", "a message")
    await hatchet.streams.aio_publish("topic", b"x" * (5 << 20))
    await hatchet.cron.aio_create("once", "named", "0 0 2 1 *", {"key": "c"}, {"c": 3}, 2)
    await hatchet.scheduled.aio_create("once", LATER, {"key": "s"}, {"d": 4}, 3)
    await hatchet.workflows.aio_pause(await placed.aio_get_id(), timedelta(hours=3), "DROP", "QUEUE")
    proof = V1WebhookAPIKeyAuth(header_name="X-Key", api_key="secret")
    await hatchet.webhooks.aio_create(
        "GENERIC", "hook", "'hooked'", proof, scope_expression="'s'", static_payload={"n": 1}
    )
    async with httpx.AsyncClient(transport=Transport(hatchet), base_url=hatchet.config.route.server_url) as http:
        path = f"/api/v1/stable/tenants/{hatchet.tenant_id}/webhooks/hook"
        assert (await http.post(path, json={"key": "h"}, headers={"X-Key": "secret"})).status_code == 200


def known(value: object, path: str = "", seen: tuple[int, ...] = ()) -> dict[str, Any]:
    """Every value that an engine holds in memory, by the way that leads to it."""
    if id(value) in seen:
        return {path: "again"}
    if isinstance(value, enum.Enum):
        return {path: value}
    inside: list[tuple[str, object]]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        inside = [(each.name, getattr(value, each.name)) for each in dataclasses.fields(value)]
    elif isinstance(value, Shelf):
        inside = [(each.id, each) for each in value]
    elif isinstance(value, Mapping):
        inside = [(str(key), item) for key, item in value.items()]
    elif isinstance(value, list | tuple):
        inside = [(str(number), item) for number, item in enumerate(value)]
    elif isinstance(value, str | bytes | int | float | None | frozenset | set):
        return {path: value}
    else:
        return {}
    found: dict[str, Any] = {}
    for name, item in inside:
        if name not in TRANSIENT:
            found |= known(item, f"{path}.{name}", (*seen, id(value)))
    return found


TRANSIENT = {"_undecided", "beat", "stored", "active", "run", "_values"}


def memory(hub: Hub) -> dict[str, Any]:
    """What an engine holds of what was accepted."""
    core = hub.core
    parts = {
        "workflows": core.workflows,
        "runs": {run.id: run for run in core.runs.values() if not run.status.final},
        "workers": core.scheduler.workers,
        "limits": vars(hub.limits),
        **shelves(hub),
    }
    return {path: value for path, value in known(parts).items() if (".used." not in path) or value}  # no slots are none


def shelves(hub: Hub) -> dict[str, Shelf[Any]]:
    """What the parts of an engine keep, by kind."""
    parts = [part for name, part in vars(hub).items() if name != "core"]
    held = [part if isinstance(part, Shelf) else each for part in parts for each in _attributes(part)]
    return {shelf._kind: shelf for shelf in held if isinstance(shelf, Shelf)}


def _attributes(part: object) -> list[object]:
    return [part, *vars(part).values()] if hasattr(part, "__dict__") else [part]


class Look(NamedTuple):
    """What an engine has, in memory and in its database."""

    memory: dict[str, Any]
    rows: dict[str, list[Any]]
    kinds: dict[str, int]
    """How many things of each kind its parts keep."""


async def look(hatchet: Hatchet, *, anew: bool = False) -> Look:
    """Look at it, where it runs; `anew` lets it read its state from what is stored before."""
    hub = hub_of(hatchet)
    if anew:
        hub.rebuild()
    tables = [row[0] for row in hub.store.db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    rows = {table: hub.store.db.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in tables}
    rows["meta"] = [row for row in rows["meta"] if row[0] != "opened"]  # each start notes its own
    return Look(memory(hub), rows, {kind: len(shelf) for kind, shelf in shelves(hub).items()})


async def test_an_engine_knows_everything_again_after_a_restart(tmp_path: Path) -> None:
    hatchet = Hatchet.from_embedded(tmp_path)
    await filled(hatchet)
    before = await hatchet.io.run(look(hatchet))
    tenant = hatchet.tenant_id
    await hatchet.aio_stop_embedded()
    assert [table for table, rows in before.rows.items() if not rows] == []
    assert [kind for kind, number in before.kinds.items() if not number] == []
    assert {row[1] for row in before.rows["kept"]} == {*before.kinds}
    again = Hatchet.from_embedded(tmp_path)
    try:
        assert again.tenant_id == tenant
        after = await again.io.run(look(again))
        rebuilt = await again.io.run(look(again, anew=True))  # as when something could not be stored
    finally:
        await again.aio_stop_embedded()
    for one, other in ((before, after), (after, rebuilt)):
        changed = {path: (one.memory.get(path), other.memory.get(path)) for path in {*one.memory, *other.memory}}
        assert {path: values for path, values in changed.items() if values[0] != values[1]} == {}
        assert one.rows == other.rows
