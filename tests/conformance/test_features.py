"""Features over REST: workflows, workers, logs, metrics, rate limits, events, filters, webhooks, CEL, the tenant."""

from __future__ import annotations

import asyncio
import threading
from datetime import datetime, timedelta, timezone
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families as parse
from pydantic import BaseModel

from hatchet import (
    CELFailure,
    CELSuccess,
    Context,
    EmptyModel,
    Hatchet,
    InputError,
    InvalidRequest,
    NotFound,
    RateLimitDuration,
)
from hatchet.features import log_lines
from hatchet_api.rest import models
from hatchet_api.rest.models import V1TaskStatus, V1UpdateFilterRequest
from tests.conformance.helpers import eventually
from tests.reach import Transport

MISSING = "00000000-0000-4000-8000-000000000000"


class Kind(BaseModel):
    kind: str


def test_workflows_are_iterated_counted_and_deleted(hatchet: Hatchet, worker: Any, answers: Any) -> None:
    @hatchet.task(name="many-1")
    def one(input: EmptyModel, ctx: Context) -> None: ...
    @hatchet.task(name="many-2")
    def two(input: EmptyModel, ctx: Context) -> None: ...

    with worker(one, two):
        one.run()
        names = [flow.name.removeprefix(hatchet.namespace) for flow in hatchet.workflows.iterate("many-", page_size=1)]
        assert sorted(names) == ["many-1", "many-2"]
        count = eventually(lambda: hatchet.workflows.get_metrics(one.id), lambda found: found.completed == 1)
        answers("metrics", vars(count))
        assert hatchet.workflows.get_metrics(two.id).completed == 0
    hatchet.workflows.delete(two.id)
    assert [flow.name for flow in hatchet.workflows.iterate("many-2")] == []
    with pytest.raises(NotFound):
        hatchet.workflows.get_version(one.id, MISSING)


def test_workers_are_found_by_state_and_label_and_can_be_paused_by_either_word(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task(name="worked")
    def worked(input: EmptyModel, ctx: Context) -> None: ...

    mine = hatchet.namespace
    with worker(worked, labels={"place": mine, "gpus": 2}) as running:

        def found(**filters: Any) -> list[str]:  # Any: the list checks its arguments where it is called for real
            return [row.metadata.id for row in hatchet.workers.iterate(labels={"place": mine}, page_size=1, **filters)]

        assert eventually(lambda: found(statuses=["ACTIVE"]), bool) == [running.id]
        assert hatchet.workers.get_labels(running.id) == {"place": mine, "gpus": "2"}
        hatchet.workers.update(running.id, models.UpdateWorkerRequest(is_paused=True))
        assert found(statuses=["PAUSED"]) == [running.id]
        hatchet.workers.resume(running.id)
        # On a busy machine a heartbeat may be late.
        assert eventually(lambda: found(statuses=["PAUSED", "INACTIVE"]), lambda ids: not ids) == []
        assert [row.metadata.id for row in hatchet.workers.list(labels={"place": "nowhere"}).rows or []] == []
    with pytest.raises(InputError, match="write one of ACTIVE, INACTIVE, PAUSED"):
        hatchet.workers.list(statuses=["IDLE"])  # type: ignore[list-item]  # what this is about
    with pytest.raises(InputError, match=r"write a list: statuses=\['ACTIVE'\]"):
        hatchet.workers.list(statuses="ACTIVE")  # type: ignore[arg-type]  # what this is about


def test_log_lines_are_found_by_what_they_say(hatchet: Hatchet, worker: Any, answers: Any) -> None:
    @hatchet.task(name="says", retries=1)
    async def says(input: EmptyModel, ctx: Context) -> None:
        for number in range(4):
            await ctx.aio_log(f"Line {number} of {ctx.retry_count}", raise_on_error=True)
        if ctx.retry_count == 0:
            raise ValueError("again")

    with worker(says):
        ref = says.run_no_wait()
        ref.result(timeout=60)
        run_id = ref.workflow_run_id
        eventually(lambda: hatchet.logs.list(run_id), lambda seen: len(seen.rows or []) == 8)

        def said(rows: Any) -> list[str]:
            return [line.message for line in rows]

        lines = hatchet.logs.list(run_id).rows or []
        answers(
            "lines",
            {
                "all": said(lines),
                "iterated": said(hatchet.logs.iterate(run_id, page_size=3)),
                "of an attempt": said(hatchet.logs.list(run_id, attempt=2).rows or []),
                "searched": said(hatchet.logs.list(run_id, search="line 3").rows or []),
                "newest": said(hatchet.logs.list(run_id, order_by_direction="DESC", limit=2).rows or []),
                "errors": said(hatchet.logs.list(run_id, levels=["ERROR"]).rows or []),
                "after": said(hatchet.logs.list(run_id, since=lines[5].created_at).rows or []),
                "before": said(hatchet.logs.list(run_id, until=lines[2].created_at).rows or []),
                "of the tenant": said(hatchet.logs.list_all(task_external_ids=[run_id], search="3 OF").rows or []),
                "of a workflow": len(hatchet.logs.list_all(workflow_ids=[says.id]).rows or []),
            },
        )
        line = lines[0]
        answers("line", line.model_dump(mode="json", exclude={"created_at", "task_display_name"}))
        points = hatchet.logs.get_point_metrics(
            workflow_ids=[says.id], since=datetime.now(timezone.utc) - timedelta(hours=1)
        )
        assert sum(point.info for point in points) == 8
    with pytest.raises(InputError, match="limit is 10001; write 1 to 10000"):
        hatchet.logs.list(MISSING, limit=10_001)
    with pytest.raises(InputError, match="the first is 1"):
        hatchet.logs.list(MISSING, attempt=0)


def test_log_lines_are_followed_until_the_run_has_ended_and_each_comes_once(
    hatchet: Hatchet, worker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = threading.Event()

    @hatchet.task(name="followed")
    def followed(input: EmptyModel, ctx: Context) -> None:
        for number in range(20):
            ctx.log(f"early {number}")
        go.wait(30)
        for number in range(20):
            ctx.log(f"late {number}")

    with worker(followed):
        ref = followed.run_no_wait()
        heard: list[str] = []
        for line in hatchet.logs.follow(ref.workflow_run_id):
            heard.append(line.message)
            if len(heard) == 20:
                go.set()
        assert heard == [f"{when} {number}" for when in ("early", "late") for number in range(20)]
        assert [line.message for line in hatchet.logs.follow(ref.workflow_run_id, search="late 7")] == ["late 7"]
    monkeypatch.setattr(log_lines, "VISIBLE_WITHIN", 0.2)
    with pytest.raises(NotFound):
        [*hatchet.logs.follow(MISSING)]


def test_lines_are_followed_through_retries_and_who_stops_leaves_nothing_running(hatchet: Hatchet, worker: Any) -> None:
    first_seen = threading.Event()

    @hatchet.task(name="followed-again", retries=1)
    def again(input: EmptyModel, ctx: Context) -> None:
        ctx.log(f"attempt {ctx.attempt_number}")
        if ctx.retry_count == 0:
            first_seen.wait(30)
            raise ValueError("once more")

    @hatchet.task(name="followed-and-left")
    def left(input: EmptyModel, ctx: Context) -> None:
        ctx.log("begins")
        while not ctx.exit_flag:
            threading.Event().wait(0.05)

    async def of_the_client() -> set[str]:
        return {str(task.get_coro()) for task in asyncio.all_tasks() if "features" in str(task.get_coro())}

    async def one_line(run_id: str) -> list[str]:
        async for line in hatchet.logs.follow(run_id):
            return [line.message]
        return []

    with worker(again, left):
        ref = again.run_no_wait()
        heard: list[str] = []
        for line in hatchet.logs.follow(ref.workflow_run_id):
            heard.append(line.message)
            first_seen.set()
        assert heard == ["attempt 1", "attempt 2"]

        endless = left.run_no_wait()
        assert next(iter(hatchet.logs.follow(endless.workflow_run_id))).message == "begins"
        assert asyncio.run(one_line(endless.workflow_run_id)) == ["begins"]
        assert hatchet.logs.io.block(of_the_client()) == set()
        rest = hatchet.logs.follow(endless.workflow_run_id)
        hatchet.runs.cancel(endless.workflow_run_id)
        assert [line.message for line in rest] == ["begins"]


def test_task_metrics_are_a_record_with_every_status(hatchet: Hatchet, worker: Any, answers: Any) -> None:
    @hatchet.task(name="measured", input_validator=Kind)
    def measured(input: Kind, ctx: Context) -> None:
        if input.kind == "bad":
            raise ValueError("bad")

    def succeeded() -> int:
        points = hatchet.metrics.get_task_point_metrics(created_after=datetime.now(timezone.utc) - timedelta(hours=1))
        return sum(point.succeeded for point in points)

    before = succeeded()
    with worker(measured):
        marks = {"mark": hatchet.namespace}
        refs = [measured.run_no_wait(Kind(kind=kind), additional_metadata=marks) for kind in ("good", "bad", "good")]
        hatchet.runs.wait_for([ref.workflow_run_id for ref in refs])

        def counted() -> Any:
            return hatchet.metrics.get_task_metrics(workflow_ids=[measured.id])

        answers("counts", vars(eventually(counted, lambda seen: seen.completed == 2 and seen.failed == 1)))
        assert hatchet.metrics.get_task_metrics(additional_metadata=marks).completed == 2
        assert hatchet.metrics.get_task_metrics(triggering_event_external_id=MISSING).completed == 0
        assert succeeded() - before >= 2  # others of the tenant run, too
        assert isinstance(hatchet.metrics.get_queue_metrics().queues, dict)
        assert isinstance(hatchet.metrics.get_task_stats(task_names=["measured"]), dict)


def test_metrics_can_be_scraped_and_read_by_prometheus(engine: str, hatchet: Hatchet) -> None:
    if engine != "embedded":
        with pytest.raises(InvalidRequest, match="Prometheus metrics are not enabled"):
            hatchet.metrics.scrape_tenant_prometheus_metrics()
        pytest.skip("the real engine has no Prometheus configured, and says so")

    @hatchet.task(name="scraped")
    def scraped(input: EmptyModel, ctx: Context) -> None: ...

    with hatchet.worker('says "a\\b"\nand more', workflows=[scraped], slots=3) as running:
        scraped.run()
        name = running.name
        families = {found.name: found for found in parse(hatchet.metrics.scrape_tenant_prometheus_metrics())}
        assert {found.type for found in families.values()} == {"counter", "gauge"}
        assert families["hatchet_tenant_succeeded_tasks"].samples[0].value >= 1
        slots = [sample for sample in families["hatchet_tenant_worker_slots"].samples if name in sample.labels.values()]
        mine = {"tenant_id": hatchet.tenant_id, "worker_id": running.id, "worker_name": name}
        assert [(sample.labels, sample.value) for sample in slots] == [(mine, 3)]


def test_rate_limits_are_put_found_in_order_and_deleted(hatchet: Hatchet, answers: Any) -> None:
    mine = hatchet.namespace + "rate"
    hatchet.rate_limits.put(f"{mine}-a", 3)
    hatchet.rate_limits.put(f"{mine}-b", 2, RateLimitDuration.HOUR)
    hatchet.rate_limits.put(f"{mine}-c", 1, RateLimitDuration.MINUTE)

    def found(**filters: Any) -> list[str]:  # Any: the list checks its arguments where it is called for real
        return [row.key[-1] for row in hatchet.rate_limits.iterate(search=mine, page_size=2, **filters)]

    answers(
        "found",
        {
            "by key": found(),
            "by limit": found(order_by_field="limitValue", order_by_direction="asc"),
            "by key, backwards": found(order_by_field="key", order_by_direction="desc"),
            "row": hatchet.rate_limits.list(search=f"{mine}-b").model_dump(
                mode="json", exclude={"rows": {"__all__": {"tenant_id", "last_refill"}}}
            ),
        },
    )
    hatchet.rate_limits.delete(f"{mine}-b")
    assert found() == ["a", "c"]
    with pytest.raises(InputError, match="limit is 0; write 1 or more"):
        hatchet.rate_limits.put(mine, 0)


def test_events_are_found_by_every_filter(hatchet: Hatchet, worker: Any, answers: Any) -> None:
    @hatchet.task(name="on-found", on_events=["found:a"])
    def on_found(input: EmptyModel, ctx: Context) -> None: ...

    since = datetime.now(timezone.utc) - timedelta(minutes=1)
    with worker(on_found):
        first = hatchet.event.push("found:a", {"n": 1}, additional_metadata={"who": "ada"}, scope="s")
        ids = [first.event_id]
        ids += [
            hatchet.event.push(key, {"n": 2}, additional_metadata={"who": "eve"}).event_id
            for key in ("found:b", "found:c")
        ]
        every = ["found:a", "found:b", "found:c"]

        def found(keys: list[str] = every, **filters: Any) -> list[int]:  # Any: checked where it is called for real
            rows = hatchet.event.iterate(keys=keys, since=since, page_size=2, **filters)
            return [ids.index(row.metadata.id) for row in rows]

        eventually(lambda: found(workflow_run_statuses=[V1TaskStatus.COMPLETED]), bool)
        eventually(found, lambda seen: len(seen) == 3)
        answers(
            "found",
            {
                "all": found(),
                "by key": found(["found:b"]),
                "by scope": found(scopes=["s"]),
                "by metadata": found(additional_metadata={"who": "eve"}),
                "by workflow": found(workflow_ids=[on_found.id]),
                "by state": found(workflow_run_statuses=[V1TaskStatus.COMPLETED]),
                "by id": found(event_ids=[ids[1]]),
                "before": [*hatchet.event.iterate(keys=["found:a"], since=since, until=since)],
            },
        )
        assert hatchet.event.get(ids[0]).payload == {"n": 1}
        assert hatchet.namespace + "found:b" in hatchet.event.list_keys()
    with pytest.raises(NotFound):
        hatchet.event.get(MISSING)
    with pytest.raises(InputError, match=r"since is .* no time zone"):
        hatchet.event.list(since=datetime(2026, 1, 1))


def test_filters_are_created_found_changed_and_deleted(hatchet: Hatchet, worker: Any, answers: Any) -> None:
    @hatchet.task(name="filtered-by-hand", on_events=["by-hand"])
    def by_hand(input: EmptyModel, ctx: Context) -> None: ...

    with worker(by_hand):
        made = hatchet.filters.create(by_hand.id, "input.n > 1", "a", {"p": 1})
        hatchet.filters.create(by_hand.id, "true", "b")
        answers("created", made.model_dump(mode="json", exclude={"metadata", "tenant_id", "workflow_id"}))
        mine = [by_hand.id]
        assert sorted(row.scope for row in hatchet.filters.iterate(workflow_ids=mine, page_size=1)) == ["a", "b"]
        assert [row.scope for row in hatchet.filters.list(workflow_ids=mine, scopes=["b"]).rows or []] == ["b"]
        changed = hatchet.filters.update(made.metadata.id, V1UpdateFilterRequest(expression="input.n > 2"))
        answers("changed", changed.model_dump(mode="json", exclude={"metadata", "tenant_id", "workflow_id"}))
        assert hatchet.filters.get(made.metadata.id).expression == "input.n > 2"
        assert hatchet.filters.delete(made.metadata.id).scope == "a"
        with pytest.raises(NotFound):
            hatchet.filters.get(made.metadata.id)
    with pytest.raises(InputError, match="workflow_id is 'mine', which is no id"):
        hatchet.filters.create("mine", "true", "s")


def test_webhooks_are_created_with_each_way_of_proof(hatchet: Hatchet, answers: Any) -> None:
    proofs: dict[str, models.V1WebhookBasicAuth | models.V1WebhookAPIKeyAuth | models.V1WebhookHMACAuth] = {
        "basic": models.V1WebhookBasicAuth(username="u", password="p"),
        "key": models.V1WebhookAPIKeyAuth(header_name="X-Key", api_key="k"),
        "hmac": models.V1WebhookHMACAuth(
            algorithm=models.V1WebhookHMACAlgorithm.SHA512,
            encoding=models.V1WebhookHMACEncoding.BASE64,
            signature_header_name="X-Signed",
            signing_secret="secret",
        ),
    }
    names = [f"{hatchet.namespace}proof-{name}" for name in proofs]
    for name, auth in zip(names, proofs.values(), strict=True):
        made = hatchet.webhooks.create("GENERIC", name, "'k'", auth, static_payload={"a": 1})
        answers(f"created {made.auth_type.value}", made.model_dump(mode="json", exclude={"metadata", "tenant_id"}))
    assert sorted(row.name for row in hatchet.webhooks.iterate(webhook_names=names, page_size=2)) == sorted(names)
    changed = hatchet.webhooks.update(names[0], event_key_expression="'l'", return_event_as_response_payload=False)
    answers("changed", changed.model_dump(mode="json", exclude={"metadata", "tenant_id"}))
    assert hatchet.webhooks.get(names[0]).event_key_expression == "'l'"
    for name in names:
        assert hatchet.webhooks.delete(name).name == name
    with pytest.raises(NotFound):
        hatchet.webhooks.get(names[0])
    with pytest.raises(InputError, match="write one of GENERIC, GITHUB"):
        hatchet.webhooks.create("GITLAB", "x", "'k'", proofs["basic"])  # type: ignore[arg-type]  # what this is about


def test_cel_is_tried_out(hatchet: Hatchet) -> None:
    done = hatchet.cel.debug(
        "input.n == 1.0 && payload.p == 'x' && additional_metadata.who == 'ada'", {"n": 1}, {"who": "ada"}, {"p": "x"}
    )
    assert done.result == CELSuccess(output=True)
    failed = hatchet.cel.debug("input.", {}).result
    assert isinstance(failed, CELFailure)
    assert "Syntax error" in failed.error
    not_true_or_false = hatchet.cel.debug("input.n", {"n": "text"}).result
    assert isinstance(not_true_or_false, CELFailure)


def test_the_tenant_of_the_token_is_told(hatchet: Hatchet) -> None:
    assert hatchet.tenant.get().metadata.id == hatchet.tenant_id


def test_calls_beyond_what_the_engine_takes_are_refused_and_the_client_waits_for_its_turn(
    own_hatchet: Hatchet, answers: Any
) -> None:
    hatchet = own_hatchet
    url = f"{hatchet.config.server_url}/api/v1/tenants/{hatchet.tenant_id}/task-stats"
    name = hatchet.namespace + "flooded"
    proof = models.V1WebhookBasicAuth(username="u", password="p")
    hatchet.webhooks.create("GENERIC", name, f"'{hatchet.namespace}flooded'", proof)
    hook = f"{hatchet.config.server_url}/api/v1/stable/tenants/{hatchet.tenant_id}/webhooks/{name}"

    async def flood() -> tuple[list[httpx.Response], list[httpx.Response], list[int]]:
        headers = {"Authorization": f"Bearer {hatchet.config.token}"}
        async with httpx.AsyncClient(headers=headers, timeout=30, transport=Transport(hatchet)) as http:
            polls = await asyncio.gather(*(http.get(url) for _ in range(60)))
            posts: list[httpx.Response] = []
            while all(answer.status_code == 200 for answer in posts) and len(posts) < 2000:  # a slow machine needs more
                posts += await asyncio.gather(*(http.post(hook, json={}, auth=("u", "p")) for _ in range(200)))
        read = await asyncio.gather(*(hatchet.metrics.aio_get_task_stats() for _ in range(15)))
        return polls, posts, [len(stats) for stats in read]

    polls, posts, read = asyncio.run(flood())
    refused = [answer.json() for answer in polls if answer.status_code == 429]
    assert 0 < len(refused) <= 50
    answers("poll", refused[0])
    messages = [answer.json()["message"] for answer in posts if answer.status_code == 429]
    assert 0 < len(messages) <= len(posts) - 100
    answers("message", messages[0])
    assert {answer.status_code for answer in (*polls, *posts)} == {200, 429}
    assert len(read) == 15
    hatchet.webhooks.delete(name)
