"""The page, on either engine: what happens there is shown, and what is sent there is done."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

from pydantic import BaseModel

from hatchet import Context, DurableContext, EmptyModel, Hatchet
from tests.page.visitor import visiting, words

WAIT = 30.0  # s for what an engine shows a moment later


class Name(BaseModel):
    name: str
    times: int = 1


async def seen(look: Callable[[], Awaitable[str]], *expected: str) -> str:
    """Look until all of this is to be read."""
    async with asyncio.timeout(WAIT):
        while True:
            text = words(await look())
            if not [each for each in expected if each not in text]:
                return text
            await asyncio.sleep(0.1)


def run_of(where: str) -> str:
    [found] = re.findall(r"/runs/([0-9a-f-]{36})", where)
    return str(found)


async def test_a_run_goes_from_the_form_to_its_replay(hatchet: Hatchet, worker: Any) -> None:
    broken = asyncio.Event()
    flow = hatchet.workflow("greeting", input_validator=Name)

    @flow.task()
    async def first(input: Name, ctx: Context) -> str:
        await ctx.aio_log(f"greeting {input.name}")
        return f"hello {input.name}" * input.times

    @flow.task(parents=[first])
    async def second(input: Name, ctx: Context) -> str:
        if not broken.is_set():
            raise ConnectionError("nobody listens")
        return "said"

    full = hatchet.config.apply_namespace("greeting")
    async with visiting(hatchet) as visitor:
        with worker(flow):
            workflow = await flow.aio_get_id()
            assert full in words(await visitor.see("/workflows"))
            form = await visitor.see(f"/workflows/{workflow}")
            assert re.search(r'name="input/times"[^>]*value="1"', form)
            await seen(lambda: visitor.see("/workers"), "conformance", "active")
            await visitor.send(
                f"/workflows/{workflow}/start", **{"input/name": "Ada", "input/times": "2"}, metadata="team:tea"
            )
            run_id = run_of(visitor.where)
            run = f"/runs/{run_id}"
            text = await seen(lambda: visitor.see(run), "✕ failed", "ConnectionError: nobody listens", "greeting Ada")
            assert ('"name": "Ada"' in text, '"times": 2' in text, '"team": "tea"' in text) == (True, True, True)
            await seen(lambda: visitor.see(f"/runs?workflow={workflow}&status=FAILED"), "✕ failed 1")
            assert run_id in await visitor.see(f"/runs?workflow={workflow}&metadata=team:tea")
            assert run_id not in await visitor.see(f"/runs?workflow={workflow}&metadata=team:coffee")
            await visitor.see(f"/find?q={run_id}")
            assert visitor.where == run
            hatchet.io.loop.call_soon_threadsafe(broken.set)
            broken.set()
            await visitor.send(f"{run}/replay")
            await seen(lambda: visitor.see(run), "State ✓ completed", '"said"')
            assert re.search(
                r'name="input/name"[^>]*value="Ada"', await visitor.see(f"/workflows/{workflow}?from={run_id}")
            )


async def test_a_durable_task_is_followed_and_cancelled(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.durable_task(name="asks", execution_timeout="1h")
    async def asks(input: EmptyModel, ctx: DurableContext) -> None:
        await ctx.aio_sleep_for("10ms")
        await ctx.aio_wait_for_event("never", label="an answer")

    async with visiting(hatchet) as visitor:
        with worker(asks):
            ref = await asks.aio_run_no_wait()
            run = f"/runs/{ref.workflow_run_id}"
            text = await seen(lambda: visitor.see(run), "an answer", "durable")
            assert "1 1 wait for" in text
            await visitor.send(f"{run}/cancel")
            await seen(lambda: visitor.see(run), "State ⊘ cancelled")


async def test_what_starts_runs_is_made_and_deleted(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task(name="planned")
    async def planned(input: Name, ctx: Context) -> str:
        return input.name

    given = {"workflow": hatchet.config.apply_namespace("planned"), "input": '{"name": "Ada"}'}
    name = hatchet.config.apply_namespace("yearly")
    async with visiting(hatchet) as visitor:
        with worker(planned):
            await planned.aio_get_id()
            await visitor.send("/crons/create", **given, name=name, expression="0 0 1 1 *")
            [cron] = [each for each in (await hatchet.cron.aio_list(limit=200)).rows or [] if each.name == name]
            await visitor.send(f"/crons/{cron.metadata.id}/trigger")
            await seen(lambda: visitor.see(f"/runs/{run_of(visitor.where)}"), "State ✓ completed")
            await visitor.send(f"/crons/{cron.metadata.id}/disable")
            await seen(lambda: visitor.see("/crons"), f"{name} 0 0 1 1 * no")
            await visitor.send(f"/crons/{cron.metadata.id}/delete")
            assert name not in words(await visitor.see("/crons"))
            await visitor.send("/schedules/create", **given, at="2099-01-01T00:00")
            listed = await hatchet.scheduled.aio_list(workflow_id=await planned.aio_get_id())
            [schedule] = listed.rows or []
            await visitor.send(f"/schedules/{schedule.metadata.id}/delete")
            await visitor.send("/events/push", key="made", payload='{"n": 1}')
            await seen(lambda: visitor.see("/events"), hatchet.config.apply_namespace("made"))
            limit = f"{hatchet.namespace}calls"
            await visitor.send("/rate-limits/set", key=limit, limit="7", per="MINUTE")
            await seen(lambda: visitor.see("/rate-limits"), limit)
            await visitor.send("/rate-limits/delete", key=limit)
            assert limit not in words(await visitor.see("/rate-limits"))
            await visitor.see("/webhooks")
