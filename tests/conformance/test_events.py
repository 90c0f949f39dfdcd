"""Events that start workflows, and their filters."""

from __future__ import annotations

import queue
from typing import Any

from hatchet import Context, DefaultFilter, EmptyModel, Hatchet
from hatchet_api.rest import models
from hatchet_api.rest.api import events as event_api
from hatchet_api.rest.api import filters as filter_api
from tests.conformance.helpers import Api, Heard, eventually


def workflow_id(hatchet: Hatchet, name: str) -> str:
    """Id of a workflow that was just registered."""
    rows = hatchet.workflows.list(workflow_name=name).rows or []
    return next(row.metadata.id for row in rows if row.name == hatchet.namespace + name)


def test_an_event_starts_a_run_for_each_pattern_that_matches(hatchet: Hatchet, worker: Any, answers: Any) -> None:
    seen: queue.Queue[dict[str, object]] = queue.Queue()

    @hatchet.task(name="patterns", on_events=["order:*", "*:created", "order", "user:created"])
    def patterns(input: EmptyModel, ctx: Context) -> None:
        seen.put(
            {
                "key": ctx.triggering_event_key,
                "metadata": {key: value for key, value in ctx.additional_metadata.items() if key != "traceparent"},
                "priority": ctx.priority,
                "by event": ctx.was_triggered_by_event,
            }
        )

    with worker(patterns):
        hatchet.event.push("order:created", {"n": 1}, additional_metadata={"who": "ada"}, priority=3)
        runs = [seen.get(timeout=30), seen.get(timeout=30)]
        assert runs[0] == runs[1]
        answers("run", runs[0])
        hatchet.event.push("order:created:late", {"n": 1})
        assert seen.get(timeout=30)["key"] == hatchet.namespace + "order:created:late"
        hatchet.event.push("user:created", {"n": 1})
        assert [seen.get(timeout=30)["key"] for _ in range(2)] == [hatchet.namespace + "user:created"] * 2
    assert seen.empty()


def test_declared_filters_choose_by_scope_and_payload(hatchet: Hatchet, worker: Any, answers: Any) -> None:
    seen: queue.Queue[tuple[object, object]] = queue.Queue()
    flow = hatchet.task(
        name="declared",
        on_events=["filtered"],
        default_filters=[
            DefaultFilter(expression="input.n > payload.least", scope="big", payload={"least": 10}),
            DefaultFilter(
                expression="input.n > 0 && event_key.endsWith('filtered')", scope="big", payload={"least": 0}
            ),
            DefaultFilter(expression="input.missing == 1", scope="small"),
        ],
    )

    @flow
    def declared(input: EmptyModel, ctx: Context) -> None:
        seen.put((ctx.filter_payload.get("least"), ctx.triggering_event_id))

    with worker(declared):
        for n, scope in ((11, None), (11, "small"), (11, "other"), (-1, "big"), (1, "big"), (11, "big")):
            hatchet.event.push("filtered", {"n": n}, scope=scope)
        runs = [seen.get(timeout=30) for _ in range(3)]
        assert sorted(str(least) for least, _ in runs) == ["0", "0", "10"]
        answers("payloads", sorted(str(least) for least, _ in runs))
    assert seen.empty()


def test_filters_are_added_changed_and_deleted_over_rest(
    hatchet: Hatchet, worker: Any, answers: Any, api: Api, heard: Heard
) -> None:
    seen: queue.Queue[object] = queue.Queue()

    @hatchet.task(name="added", on_events=["added"])
    def added(input: EmptyModel, ctx: Context) -> None:
        seen.put(ctx.filter_payload.get("from"))

    with worker(added):
        body = models.V1CreateFilterRequest(
            workflow_id=workflow_id(hatchet, "added"), expression="input.n == 1", scope="s", payload={"from": "api"}
        )
        created = api(filter_api.create.sync, api.tenant, body)
        answers("filter", created.model_dump(mode="json", exclude={"metadata", "tenant_id", "workflow_id"}))
        heard()
        hatchet.event.push("added", {"n": 1})
        hatchet.event.push("added", {"n": 2}, scope="s")
        hatchet.event.push("added", {"n": 1}, scope="s")
        assert seen.get(timeout=30) == "api"
        change = models.V1UpdateFilterRequest(expression="input.n == 2")
        changed = api(filter_api.update.sync, api.tenant, created.metadata.id, change)
        assert (changed.expression, changed.scope, changed.payload) == ("input.n == 2", "s", {"from": "api"})
        heard()
        hatchet.event.push("added", {"n": 1}, scope="s")
        hatchet.event.push("added", {"n": 2}, scope="s")
        assert seen.get(timeout=30) == "api"
        gone = api(filter_api.delete.sync, api.tenant, created.metadata.id)
        assert gone.metadata.id == created.metadata.id
        heard()
        hatchet.event.push("added", {"n": 3})
        assert seen.get(timeout=30) is None
    assert seen.empty()


def test_an_event_shows_what_it_started(hatchet: Hatchet, worker: Any, answers: Any, api: Api) -> None:
    @hatchet.task(name="shows", on_events=["shown"])
    def shows(input: EmptyModel, ctx: Context) -> None:
        return None

    with worker(shows):
        pushed = hatchet.event.push("shown", {"n": 1}, additional_metadata={"who": "ada", "what": "x"}, scope="s")
        event = eventually(
            lambda: api(event_api.get.sync, api.tenant, pushed.event_id),
            lambda found: found.workflow_run_summary.succeeded == 1,
        )
        assert [str(run.filter_id) for run in event.triggered_runs or []] == ["None"]
        answers("event", event.model_dump(mode="json", exclude={"metadata", "tenant_id"}))
        listed = api(event_api.list.sync, api.tenant, keys=[hatchet.namespace + "shown"])
        assert [row.metadata.id for row in listed.rows or []] == [pushed.event_id]
        mine = [hatchet.namespace + "shown"]

        def found(**query: Any) -> bool:  # Any: the operation checks its arguments where it is called for real
            return bool(api(event_api.list.sync, api.tenant, keys=mine, **query).rows)

        assert found(scopes=["s"])
        assert not found(scopes=["t"])
        assert found(additional_metadata=["who:ada", "what:x"])
        assert not found(additional_metadata=["who:ada", "what:y"])
        assert found(workflow_ids=[workflow_id(hatchet, "shows")])
        assert not found(workflow_run_statuses=["FAILED"])
