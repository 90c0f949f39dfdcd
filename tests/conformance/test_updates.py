"""Every optional field of every update: it changes what it names, and leaves the rest, and everything else, alone."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any, NamedTuple

import pytest

from hatchet import Context, EmptyModel, Hatchet, InputError, NotFound, Standalone
from hatchet.features.webhooks import WebhooksClient
from hatchet.features.workflows import WorkflowsClient
from hatchet_api.rest.models import UpdateWorkerRequest, V1UpdateFilterRequest, V1WebhookBasicAuth
from tests.conformance.helpers import eventually

LATER = datetime(2040, 1, 1, tzinfo=timezone.utc)
MISSING = "00000000-0000-4000-8000-000000000000"


class Thing(NamedTuple):
    """Something that can be changed, and what it looks like."""

    change: Callable[..., object]
    look: Callable[[], dict[str, Any]]


@pytest.fixture(scope="module")
def hatchet(common_hatchet: Hatchet) -> Hatchet:
    return common_hatchet


@pytest.fixture(scope="module")
def task(hatchet: Hatchet) -> Standalone[EmptyModel, None]:
    @hatchet.task(name="updated")
    async def updated(input: EmptyModel, ctx: Context) -> None: ...

    hatchet.io.block(hatchet.gateway.put_workflow(updated.workflow.definition()))
    return updated


FILTER = {"expression": "true", "scope": "s", "payload": {"n": 1}}
NEW_FILTER: dict[str, Any] = {"expression": "false", "scope": "t", "payload": {"m": 2}}


@pytest.mark.parametrize("field", [*V1UpdateFilterRequest.model_fields])
def test_of_a_filter(hatchet: Hatchet, task: Standalone[EmptyModel, None], field: str) -> None:
    workflow, scope = task.id, f"{hatchet.namespace}{field}"
    mine, other = (
        hatchet.filters.create(workflow, expression, scope, {"n": 1}).metadata.id for expression in ("true", "1 == 1")
    )
    given = {"scope": f"{scope}-new"}.get(field, NEW_FILTER[field])
    changed = hatchet.filters.update(mine, V1UpdateFilterRequest(**{field: given}))
    for seen in (changed, hatchet.filters.get(mine)):
        found = {name: getattr(seen, name) for name in FILTER}
        assert found == {**FILTER, "scope": scope, field: given}
    assert hatchet.filters.get(other).expression == "1 == 1"
    assert hatchet.filters.get(other).scope == scope
    for each in (mine, other):
        hatchet.filters.delete(each)


HOOK: dict[str, Any] = {
    "event_key_expression": "'key'",
    "scope_expression": "'scope'",
    "static_payload": {"n": 1},
    "return_event_as_response_payload": True,
}
NEW_HOOK: dict[str, Any] = {
    "event_key_expression": "'new'",
    "scope_expression": "'other'",
    "static_payload": {"m": 2},
    "return_event_as_response_payload": False,
}
HOOK_FIELDS = [name for name in inspect.signature(WebhooksClient.aio_update).parameters if name in HOOK]


@pytest.mark.parametrize("field", HOOK_FIELDS)
def test_of_a_webhook(hatchet: Hatchet, field: str) -> None:
    names = [f"{hatchet.namespace}{field}-{which}".replace("_", "-") for which in ("mine", "other")]
    proof = V1WebhookBasicAuth(username="u", password="p")
    for name in names:
        hatchet.webhooks.create("GENERIC", name, HOOK["event_key_expression"], proof, **OPTIONAL)
    hatchet.webhooks.update(names[0], **{field: NEW_HOOK[field]})
    mine, other = ({key: getattr(hatchet.webhooks.get(name), key) for key in HOOK} for name in names)
    assert mine == {**HOOK, field: NEW_HOOK[field]}
    assert other == HOOK
    for name in names:
        hatchet.webhooks.delete(name)


OPTIONAL = {name: value for name, value in HOOK.items() if name != "event_key_expression"}


def test_every_field_of_a_webhook_is_tried() -> None:
    fields = {*inspect.signature(WebhooksClient.aio_update).parameters} - {"self", "webhook_name"}
    assert fields == {*HOOK_FIELDS} == {*HOOK}


@pytest.mark.parametrize("enabled", [False, True])
def test_of_a_cron(hatchet: Hatchet, task: Standalone[EmptyModel, None], enabled: bool) -> None:
    made = [hatchet.cron.create("updated", f"{enabled}-{n}", f"0 0 1 1 {n}", {"n": n}) for n in (1, 2)]
    mine, other = (each.metadata.id for each in made)
    hatchet.cron.update(mine, enabled=not enabled)
    hatchet.cron.update(mine, enabled=enabled)
    seen = hatchet.cron.get(mine)
    assert (seen.enabled, seen.name, seen.cron, seen.input) == (enabled, f"{enabled}-1", "0 0 1 1 1", {"n": 1})
    assert hatchet.cron.get(other).enabled
    for each in (mine, other):
        hatchet.cron.delete(each)


def test_of_scheduled_runs_one_and_many_with_the_errors_of_those_that_are_not_there(
    hatchet: Hatchet, task: Standalone[EmptyModel, None]
) -> None:
    one, two, other = (
        hatchet.scheduled.create("updated", LATER, {"n": n}, {"k": str(n)}, 2).metadata.id for n in range(3)
    )
    day = timedelta(days=1)
    hatchet.scheduled.update(one, LATER + day)
    seen = hatchet.scheduled.get(one)
    assert (seen.trigger_at, seen.input, seen.priority) == (LATER + day, {"n": 0}, 2)
    done = hatchet.scheduled.bulk_update([(one, LATER + 2 * day), (MISSING, LATER), (two, LATER + 3 * day)])
    assert [str(each) for each in done.updated_ids] == [one, two]
    assert [str(each.id) for each in done.errors] == [MISSING]
    assert [hatchet.scheduled.get(each).trigger_at for each in (one, two, other)] == [
        LATER + 2 * day, LATER + 3 * day, LATER,
    ]  # fmt: skip
    gone = hatchet.scheduled.bulk_delete(scheduled_ids=[one, MISSING, two])
    assert [str(each) for each in gone.deleted_ids] == [one, two]
    assert [str(each.id) for each in gone.errors] == [MISSING]
    with pytest.raises(NotFound):
        hatchet.scheduled.get(one)
    assert hatchet.scheduled.get(other).trigger_at == LATER
    hatchet.scheduled.delete(other)


@pytest.mark.parametrize("size", [0, 1, 500, 501])
@pytest.mark.parametrize("method", ["bulk_delete", "bulk_update"])
def test_as_many_scheduled_runs_go_in_one_call_as_the_engine_takes(hatchet: Hatchet, method: str, size: int) -> None:
    def call() -> Any:
        ids = [f"00000000-0000-4000-8000-{number:012}" for number in range(size)]
        if method == "bulk_delete":
            return hatchet.scheduled.bulk_delete(scheduled_ids=ids)
        return hatchet.scheduled.bulk_update([(each, LATER) for each in ids])

    if size in (0, 501):
        with pytest.raises(InputError, match=f"has {size} entries; one call takes 1 to 500"):
            call()
    else:
        assert len(call().errors) == size


@pytest.mark.parametrize("field", [*UpdateWorkerRequest.model_fields])
def test_of_a_worker(hatchet: Hatchet, task: Standalone[EmptyModel, None], worker: Any, field: str) -> None:
    assert field == "is_paused"

    def status(id: str) -> str:
        found = hatchet.workers.get(id).status
        assert found is not None
        return found.value

    with worker(task) as mine, worker(task) as other:
        for paused, wanted in ((True, "PAUSED"), (False, "ACTIVE")):
            hatchet.workers.update(mine.id, UpdateWorkerRequest(is_paused=paused))
            assert eventually(lambda: status(mine.id), lambda found, w=wanted: found == w) == wanted  # type: ignore[misc]  # mypy does not infer a lambda with a default
            assert status(other.id) == "ACTIVE"
            hatchet.workers.update(mine.id, UpdateWorkerRequest())
            assert status(mine.id) == wanted


BEHAVIORS = [
    name for name in inspect.signature(WorkflowsClient.aio_pause).parameters if name.endswith("_queue_behavior")
]


@pytest.mark.parametrize("field", BEHAVIORS)
def test_of_a_workflow_that_is_paused(hatchet: Hatchet, task: Standalone[EmptyModel, None], field: str) -> None:
    @hatchet.task(name="beside")
    async def beside(input: EmptyModel, ctx: Context) -> None: ...

    hatchet.io.block(hatchet.gateway.put_workflow(beside.workflow.definition()))
    given: dict[str, Any] = {field: "DROP"}
    changed = task.pause(timedelta(minutes=5), **given)
    seen = {each: str(getattr(changed, each).value) for each in BEHAVIORS}
    assert seen == {**dict.fromkeys(BEHAVIORS, "QUEUE"), field: "DROP"}
    assert hatchet.workflows.get(task.id).is_paused
    assert not hatchet.workflows.get(beside.id).is_paused
    task.unpause()
    assert not hatchet.workflows.get(task.id).is_paused
