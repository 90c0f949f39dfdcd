"""Everything that the page does is done on the engine."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest

from hatchet import Hatchet
from hatchet.errors import NotFound
from hatchet.page.actions import ACTIONS
from hatchet_api.rest import models
from tests.page.programs import Order, Shop
from tests.page.visitor import Visitor, words

T = TypeVar("T")
MISSING = "00000000-0000-4000-8000-000000000000"


async def until(ask: Callable[[], Awaitable[T]], is_right: Callable[[T], bool]) -> T:
    """Ask until the answer is right."""
    async with asyncio.timeout(20):
        while not is_right(answer := await ask()):
            await asyncio.sleep(0.02)
    return answer


async def running(shop: Shop) -> str:
    """A run that sleeps."""
    ref = await shop.sleeps.aio_run_no_wait()
    await until(lambda: shop.hatchet.runs.aio_get_status(ref.workflow_run_id), lambda status: status == "RUNNING")
    return ref.workflow_run_id


async def test_a_run_is_cancelled_and_replayed(shop: Shop, visitor: Visitor) -> None:
    run_id = await running(shop)
    assert "The run is being cancelled." in await visitor.send(f"/runs/{run_id}/cancel")
    assert await until(lambda: shop.hatchet.runs.aio_get_status(run_id), lambda status: status == "CANCELLED")
    assert "It runs again." in await visitor.send(f"/runs/{run_id}/replay")
    await until(lambda: shop.hatchet.runs.aio_get_status(run_id), lambda status: status == "RUNNING")


async def test_one_task_of_a_run_is_cancelled_and_replayed(shop: Shop, visitor: Visitor) -> None:
    hatchet = shop.hatchet
    ref = await shop.flow.aio_run_no_wait(Order(customer="Nobody"))
    await hatchet.runs.aio_wait_for([ref.workflow_run_id])
    details = await hatchet.runs.aio_get(ref.workflow_run_id)
    [pack] = [task for task in details.tasks if task.action_id == "order:pack"]
    assert "It runs again." in await visitor.send(f"/tasks/{pack.task_external_id}/replay")
    assert visitor.where.startswith(f"/runs/{ref.workflow_run_id}?task={pack.task_external_id}")
    await until(lambda: hatchet.runs.aio_get_task_run(pack.task_external_id), lambda task: (task.retry_count or 0) > 1)
    run_id = await running(shop)
    assert "being cancelled" in await visitor.send(f"/tasks/{run_id}/cancel")
    await until(lambda: hatchet.runs.aio_get_status(run_id), lambda status: status == "CANCELLED")


async def test_a_durable_task_runs_again_from_an_entry_and_is_brought_back(shop: Shop, visitor: Visitor) -> None:
    hatchet = shop.hatchet
    ref = await shop.asks.aio_run_no_wait()
    run_id = ref.workflow_run_id
    await until(lambda: hatchet.runs.aio_durable_log(run_id), lambda log: len(log) == 2)
    html = await visitor.see(f"/runs/{run_id}")
    assert html.count(f'action="/tasks/{run_id}/branch"') == 2
    assert "from this entry" in await visitor.send(f"/tasks/{run_id}/branch", node="1", branch="1")
    log = await until(lambda: hatchet.runs.aio_durable_log(run_id), lambda log: len({each.branch for each in log}) == 2)
    assert min(each.node for each in log if each.branch == 2) == 1
    assert "is no number" in await visitor.send(f"/tasks/{run_id}/branch", 400, node="x", branch="1")
    assert "brought back" in await visitor.send(f"/tasks/{run_id}/restore")
    await hatchet.event.aio_push("answered", {})
    assert await ref.aio_result() == "hello child"


async def test_a_form_starts_a_run_with_metadata_and_priority(shop: Shop, visitor: Visitor) -> None:
    workflow = await shop.flow.aio_get_id()
    form = await visitor.see(f"/workflows/{workflow}")
    assert "Customer" in words(form)
    given = {"input/customer": "Ada", "input/items#": "1", "input/items/0/name": "tea", "input/items/0/amount": "3"}
    html = await visitor.send(f"/workflows/{workflow}/start", **given, metadata="team:tea\nurl:http://x", priority="3")
    assert "The run has started." in html
    run_id = visitor.where.partition("/runs/")[2].partition("?")[0]
    result = await shop.hatchet.runs.aio_get_result(run_id)
    assert result["pack"] == "packed for Ada"
    run = (await shop.hatchet.runs.aio_get(run_id)).run
    assert run.input == {"customer": "Ada", "items": [{"name": "tea", "amount": 3}], "gift": False}
    assert run.additional_metadata is not None
    assert {key: run.additional_metadata[key] for key in ("team", "url")} == {"team": "tea", "url": "http://x"}


async def test_what_is_wrong_in_a_form_is_told_and_starts_nothing(shop: Shop, visitor: Visitor) -> None:
    start = f"/workflows/{await shop.flow.aio_get_id()}/start"
    wrong = {"input/customer": "Ada", "input/items#": "1", "input/items/0/name": "tea", "input/items/0/amount": "many"}
    html = await visitor.send(start, 400, **wrong)
    assert "it is no whole number" in html
    assert 'value="tea"' in html  # what was right stays
    assert "is no pair of metadata" in await visitor.send(start, 400, **{"input/customer": "Ada"}, metadata="x")
    assert "it is no JSON" in await visitor.send(start, 400, json="{")
    assert (await shop.hatchet.runs.aio_list()).rows == []


async def test_items_are_added_to_a_form_and_removed_without_starting_anything(shop: Shop, visitor: Visitor) -> None:
    start = f"/workflows/{await shop.flow.aio_get_id()}/start"
    html = await visitor.send(start, **{"input/customer": "Ada", "input/items#": "0"}, do="add input/items")
    assert 'name="input/items/0/amount"' in html
    assert 'value="Ada"' in html
    two = {"input/items#": "2", "input/items/0/name": "tea", "input/items/1/name": "milk"}
    html = await visitor.send(start, **two, do="remove input/items/0")
    assert re.findall(r'name="input/items/\d/name"[^>]*value="(\w+)"', html) == ["milk"]
    assert (await shop.hatchet.runs.aio_list()).rows == []


async def test_a_run_is_repeated_with_another_input(shop: Shop, visitor: Visitor) -> None:
    first = await shop.flow.aio_run_no_wait(Order(customer="Ada", gift=True), additional_metadata={"team": "tea"})
    html = await visitor.see(f"/runs/{first.workflow_run_id}")
    [link] = re.findall(r'href="(/workflows/[^"]+)">Run with another input', html)
    form = await visitor.see(link.replace("&amp;", "&"))
    assert re.search(r'name="input/customer"[^>]*value="Ada"', form)
    assert re.search(r'name="input/gift"[^>]*checked', form)
    assert ">team:tea</textarea>" in form
    raw = await visitor.see(f"{link}&as=json")
    assert json.loads(words(raw).partition("Input as JSON")[2].partition("Metadata and")[0]) == {
        "customer": "Ada", "items": [], "gift": True,
    }  # fmt: skip


async def test_a_task_that_takes_no_object_and_one_without_a_schema_are_started(shop: Shop, visitor: Visitor) -> None:
    greet = await shop.greet.aio_get_id()
    await visitor.send(f"/workflows/{greet}/start", input="Ada")
    run_id = visitor.where.partition("/runs/")[2].partition("?")[0]
    assert (await shop.hatchet.runs.aio_get_result(run_id))["greet"] == "hello Ada"
    await visitor.send(f"/workflows/{greet}/start", json='"Bob"')
    run_id = visitor.where.partition("/runs/")[2].partition("?")[0]
    assert (await shop.hatchet.runs.aio_get_result(run_id))["greet"] == "hello Bob"
    sleeps = await shop.sleeps.aio_get_id()
    assert "Input as JSON" in words(await visitor.see(f"/workflows/{sleeps}"))
    await visitor.send(f"/workflows/{sleeps}/start", json="{}")
    assert visitor.where.startswith("/runs/")


async def test_a_workflow_is_paused_resumed_and_deleted(shop: Shop, visitor: Visitor) -> None:
    hatchet, workflow = shop.hatchet, await shop.flow.aio_get_id()
    assert "It is paused." in await visitor.send(f"/workflows/{workflow}/pause")
    assert (await hatchet.workflows.aio_get(workflow)).is_paused
    assert "It goes on." in await visitor.send(f"/workflows/{workflow}/resume")
    assert not (await hatchet.workflows.aio_get(workflow)).is_paused
    assert "It is deleted." in await visitor.send(f"/workflows/{workflow}/delete")
    with pytest.raises(NotFound):
        await hatchet.workflows.aio_get(workflow)


async def test_a_worker_is_paused_and_resumed(shop: Shop, visitor: Visitor) -> None:
    [worker] = (await shop.hatchet.workers.aio_list()).rows or []
    assert "Resume" in await visitor.send(f"/workers/{worker.metadata.id}/pause")
    assert (await shop.hatchet.workers.aio_get(worker.metadata.id)).status == "PAUSED"
    assert "Resume" not in await visitor.send(f"/workers/{worker.metadata.id}/resume")
    assert (await shop.hatchet.workers.aio_get(worker.metadata.id)).status == "ACTIVE"


async def test_an_event_is_pushed(hatchet: Hatchet, visitor: Visitor) -> None:
    assert "The event is pushed." in await visitor.send("/events/push", key="made", payload='{"n": 1}', scope="s")
    [event] = (await hatchet.event.aio_list()).rows or []
    assert (event.key, event.payload, event.scope) == ("made", {"n": 1}, "s")
    for payload in ("{", "[]"):
        assert "the payload is no JSON" in await visitor.send("/events/push", 400, key="made", payload=payload)


async def test_a_cron_is_created_run_switched_and_deleted(shop: Shop, visitor: Visitor) -> None:
    hatchet = shop.hatchet
    wanted = {"workflow": "order", "name": "yearly", "expression": "0 0 1 1 *", "input": '{"customer": "Ada"}'}
    assert "It is created." in await visitor.send("/crons/create", **wanted)
    [cron] = (await hatchet.cron.aio_list()).rows or []
    assert (cron.name, cron.cron, cron.input) == ("yearly", "0 0 1 1 *", {"customer": "Ada"})
    where = f"/crons/{cron.metadata.id}"
    await visitor.send(f"{where}/disable")
    assert not (await hatchet.cron.aio_get(cron.metadata.id)).enabled
    await visitor.send(f"{where}/enable")
    assert (await hatchet.cron.aio_get(cron.metadata.id)).enabled
    await visitor.send(f"{where}/trigger")
    run_id = visitor.where.partition("/runs/")[2].partition("?")[0]
    assert (await hatchet.runs.aio_get_result(run_id))["pack"] == "packed for Ada"
    assert "It is deleted." in await visitor.send(f"{where}/delete")
    assert not (await hatchet.cron.aio_list()).rows
    assert "cron expression" in await visitor.send("/crons/create", 400, **{**wanted, "expression": "never"})


async def test_a_run_is_scheduled_started_and_deleted(shop: Shop, visitor: Visitor) -> None:
    hatchet = shop.hatchet
    wanted = {"workflow": "order", "at": "2099-01-01T00:00", "input": '{"customer": "Ada"}'}
    for _ in range(2):
        assert "It is created." in await visitor.send("/schedules/create", **wanted)
    first, second = (await hatchet.scheduled.aio_list()).rows or []
    assert first.trigger_at.isoformat() == "2099-01-01T00:00:00+00:00"
    await visitor.send(f"/schedules/{first.metadata.id}/trigger")
    run_id = visitor.where.partition("/runs/")[2].partition("?")[0]
    assert (await hatchet.runs.aio_get_result(run_id))["pack"] == "packed for Ada"
    assert "It is deleted." in await visitor.send(f"/schedules/{second.metadata.id}/delete")
    with pytest.raises(NotFound):
        await hatchet.scheduled.aio_get(second.metadata.id)
    assert "is no time" in await visitor.send("/schedules/create", 400, **{**wanted, "at": "soon"})


async def test_a_rate_limit_is_set_and_deleted(hatchet: Hatchet, visitor: Visitor) -> None:
    assert "The limit is set." in await visitor.send("/rate-limits/set", key="calls", limit="7", per="HOUR")
    [limit] = (await hatchet.rate_limits.aio_list()).rows or []
    assert (limit.key, limit.limit_value) == ("calls", 7)
    assert "It is deleted." in await visitor.send("/rate-limits/delete", key="calls")
    assert not (await hatchet.rate_limits.aio_list()).rows
    await visitor.send("/rate-limits/set", 400, key="calls", limit="-1", per="HOUR")
    await visitor.send("/rate-limits/set", 400, key="calls", limit="1", per="AGE")


async def test_a_webhook_is_deleted(hatchet: Hatchet, visitor: Visitor) -> None:
    auth = models.V1WebhookBasicAuth(username="u", password="p")
    await hatchet.webhooks.aio_create("GENERIC", "hook", "input.key", auth)
    assert "hook GENERIC input.key" in words(await visitor.see("/webhooks"))
    assert "It is deleted." in await visitor.send("/webhooks/delete", webhook="hook")
    with pytest.raises(NotFound):
        await hatchet.webhooks.aio_get("hook")


async def test_what_there_is_not_is_told_by_every_action(visitor: Visitor) -> None:
    given = {"node": "1", "branch": "1", "json": "{}", "key": "k", "webhook": "w"}
    for action in ACTIONS:
        if "{" in action and not action.startswith("/runs/"):  # the engine takes no notice of runs that it has not
            html = await visitor.send(re.sub(r"\{\w+:uuid\}", MISSING, action), 404, **given)
            assert "There is no such thing" in html, action


def test_every_action_has_a_test() -> None:
    text = Path(__file__).read_text()
    sent: list[Any] = re.findall(r"send\(\s*f?\"([^\"]+)\"", text) + re.findall(r"f\"(\{where\}/\w+)\"", text)
    ends = {each.rpartition("/")[2] for each in sent} | {"start"}
    assert {action.rpartition("/")[2] for action in ACTIONS} <= ends
