"""The generated functions against a real HTTP server."""

from __future__ import annotations

import gc
import threading
import weakref
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Any
from uuid import UUID

import httpx
import pytest
from starlette.responses import JSONResponse, Response

from hatchet_api.rest import api, errors, models, runtime
from hatchet_api.rest.api import (
    durable_tasks,
    events,
    info,
    logs,
    rate_limits,
    runs,
    tasks,
    tenants,
    webhooks,
    workflows,
)
from trials.served import Received, Server

newer = pytest.mark.skipif(
    not hasattr(api, "stream_payloads"),
    reason="the contracts that hatchet_api was generated from are older than these operations",
)

TENANT = UUID("707d0855-80ab-4e1f-a156-f1c4546cbf52")
RUN = UUID("11111111-1111-4111-8111-111111111111")
MOMENT = "2026-01-02T03:04:05Z"


def _event(number: int) -> dict[str, Any]:
    meta = {"id": str(number), "createdAt": MOMENT, "updatedAt": MOMENT}
    summary = dict.fromkeys(("running", "queued", "succeeded", "failed", "cancelled"), 0)
    return {"metadata": meta, "key": f"k{number}", "tenantId": "t", "workflowRunSummary": summary}


# --- what is sent


def test_an_operation_is_a_value_that_names_what_would_be_sent() -> None:
    operation = runs.get_status.build(RUN)
    assert (operation.name, operation.method) == ("v1-workflow-run:get-status", "GET")
    assert operation.path == f"/api/v1/stable/workflow-runs/{RUN}/status"
    assert (operation.query, operation.body) == ((), None)
    with pytest.raises(AttributeError):
        operation.method = "POST"  # type: ignore[misc]  # that it cannot be set is the point


def test_a_call_sends_what_was_given_and_nothing_else(server: Server, client: httpx.Client) -> None:
    server.answers({"rows": [], "pagination": {}})
    statuses = [models.V1TaskStatus.QUEUED, models.V1TaskStatus("HIBERNATING")]
    runs.list.sync(
        client,
        TENANT,
        since=datetime(2026, 1, 2, tzinfo=timezone.utc),
        only_tasks=False,
        statuses=statuses,
        workflow_ids=[RUN, str(TENANT)],
        limit=0,
        additional_metadata=[],
    )
    (received,) = server.received
    assert (received.method, received.target) == ("GET", f"/api/v1/stable/tenants/{TENANT}/workflow-runs")
    assert received.query == [
        ("limit", "0"),
        ("statuses", "QUEUED"),
        ("statuses", "HIBERNATING"),
        ("since", "2026-01-02T00:00:00.000000Z"),
        ("workflow_ids", str(RUN)),
        ("workflow_ids", str(TENANT)),
        ("only_tasks", "false"),
    ]
    assert received.body == b""


@pytest.mark.parametrize(
    ("moment", "rendered"),
    [
        (datetime(2026, 7, 1, 12, tzinfo=timezone(timedelta(hours=2))), "2026-07-01T10:00:00.000000Z"),
        (datetime(2026, 1, 1, 0, 0, 0, 42, tzinfo=timezone(timedelta(hours=-5))), "2026-01-01T05:00:00.000042Z"),
    ],
)
def test_a_time_in_a_query_is_sent_as_utc(
    server: Server, client: httpx.Client, moment: datetime, rendered: str
) -> None:
    server.answers({"rows": []})
    logs.list.sync(client, RUN, since=moment)
    assert server.received[0].query == [("since", rendered)]


def test_a_time_without_a_zone_is_refused_before_anything_is_sent(server: Server, client: httpx.Client) -> None:
    with pytest.raises(ValueError, match=r"since is datetime\.datetime\(2026, 1, 2, 0, 0\), which has no time zone"):
        logs.list.sync(client, RUN, since=datetime(2026, 1, 2))
    assert server.received == []


def test_path_parameters_are_percent_encoded(server: Server, client: httpx.Client) -> None:
    server.answers({"errors": []}, status=404)
    with pytest.raises(errors.NotFound):
        webhooks.get.sync(client, TENANT, "a/b ?ü%2F")
    assert server.received[0].target == f"/api/v1/stable/tenants/{TENANT}/webhooks/a%2Fb%20%3F%C3%BC%252F"


@pytest.mark.parametrize("name", ["", ".", ".."])
def test_a_path_parameter_that_would_lead_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="v1_webhook is part of a path"):
        webhooks.get.build(TENANT, name)


def test_a_body_has_the_fields_that_were_set_in_the_engines_spelling(server: Server, client: httpx.Client) -> None:
    server.answers({"ids": [str(RUN)]})
    answer = tasks.cancel.sync(client, TENANT, models.V1CancelTaskRequest(external_ids=[str(RUN)]))
    assert answer.ids == [str(RUN)]
    assert server.received[0].body == f'{{"externalIds":["{RUN}"]}}'.encode()
    assert server.received[0].headers["content-type"] == "application/json"


def test_bytes_are_sent_as_they_are(server: Server, client: httpx.Client) -> None:
    server.answers(status=204, text="")
    assert webhooks.receive.sync(client, TENANT, "hook", b'{"a" : 1}') is None
    assert server.received[0].body == b'{"a" : 1}'
    assert server.received[0].headers["content-type"] == "application/octet-stream"


@newer
def test_a_form_is_sent_in_parts(server: Server, client: httpx.Client) -> None:
    server.answers({"ref": "r"})
    upload = models.V1StreamPayloadUploadRequest(payload=b"\x00\xff")
    assert api.stream_payloads.upload.sync(client, TENANT, upload).ref == "r"
    received = server.received[0]
    assert received.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert b'name="payload"; filename="payload"' in received.body
    assert b"\r\n\r\n\x00\xff\r\n" in received.body


def test_the_clients_address_and_headers_are_used(server: Server) -> None:
    server.answers({"version": "v1"})
    with httpx.Client(base_url=f"{server.url}/proxy/", headers={"authorization": "Bearer t"}) as client:
        assert info.get_version.sync(client).version == "v1"
    assert server.received[0].target == "/proxy/api/v1/version"
    assert server.received[0].headers["authorization"] == "Bearer t"


# --- what comes back


def test_an_extra_field_and_an_unknown_enum_value_do_no_harm(server: Server, client: httpx.Client) -> None:
    server.answers([{"status": "HIBERNATING", "count": 2, "since": "yesterday"}])
    (metric,) = tasks.list_status_metrics.sync(client, TENANT, since=datetime.now(timezone.utc))
    assert (metric.status, metric.count, metric.status.is_known) == ("HIBERNATING", 2, False)


async def test_sync_and_async_give_the_same(server: Server, client: httpx.Client, aclient: httpx.AsyncClient) -> None:
    server.answers("RUNNING")
    assert runs.get_status.sync(client, RUN) is models.V1TaskStatus.RUNNING
    assert await runs.get_status.asyncio(aclient, RUN) is models.V1TaskStatus.RUNNING
    assert runtime.send(client, runs.get_status.build(RUN)) is models.V1TaskStatus.RUNNING


@newer
def test_text_and_bytes_come_back_as_such(server: Server, client: httpx.Client) -> None:
    server.answers(text="up 1\n", headers={"content-type": "text/plain"})
    assert tenants.get_prometheus_metrics.sync(client, TENANT) == "up 1\n"
    assert api.stream_payloads.get.sync(client, TENANT, ref="r") == b"up 1\n"


def test_an_answer_without_a_body_is_none(server: Server, client: httpx.Client) -> None:
    server.answers(status=204, text="")
    rate_limits.delete.sync(client, TENANT, key="k")
    assert server.received[0].query == [("key", "k")]


# --- what goes wrong

CLASSES = [
    (400, errors.BadRequest),
    (401, errors.Unauthorized),
    (403, errors.Forbidden),
    (404, errors.NotFound),
    (405, errors.NotAllowed),
    (409, errors.Conflict),
    (413, errors.TooLarge),
    (418, errors.ApiError),
    (422, errors.Unprocessable),
    (429, errors.TooManyRequests),
    (500, errors.ServerError),
    (501, errors.ServerError),
    (503, errors.ServerError),
    (302, errors.UnexpectedResponse),
]


@pytest.mark.parametrize(("status", "kind"), CLASSES)
async def test_each_status_has_its_class(
    server: Server, client: httpx.Client, aclient: httpx.AsyncClient, status: int, kind: type[errors.ApiError]
) -> None:
    fault = {"description": "no such thing", "field": "task", "code": 7, "docs_link": "https://docs/7"}
    server.answers({"errors": [fault]}, status=status)
    with pytest.raises(errors.ApiError) as caught:
        tasks.get.sync(client, RUN)
    with pytest.raises(kind):
        await tasks.get.asyncio(aclient, RUN)
    error = caught.value
    assert type(error) is kind
    assert (error.operation, error.method, error.path) == ("v1-task:get", "GET", f"/api/v1/stable/tasks/{RUN}")
    assert error.status == status
    assert error.faults == (errors.Fault("no such thing", "task", 7, "https://docs/7"),)
    assert f"GET /api/v1/stable/tasks/{RUN} (v1-task:get): {status}" in str(error)


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ({"errors": [{"description": "a"}, {"description": "b", "field": ""}]}, ("a", "b")),
        ({"description": "flat", "code": 0}, ("flat",)),
        ({"message": "from the framework"}, ("from the framework",)),
        ({"errors": None}, ()),
        (["?"], ()),
    ],
)
def test_every_shape_of_a_refusal_is_understood(
    server: Server, client: httpx.Client, body: object, faults: tuple[str, ...]
) -> None:
    server.answers(body, status=403)
    with pytest.raises(errors.Forbidden) as caught:
        tasks.get.sync(client, RUN)
    assert tuple(fault.description for fault in caught.value.faults) == faults
    assert {fault.field for fault in caught.value.faults} <= {None}
    assert "check that the credentials are valid" in str(caught.value)


def test_a_page_of_a_proxy_is_shown(server: Server, client: httpx.Client) -> None:
    server.answers(text="<h1>Bad Gateway</h1>" + "x" * 100_000, status=502)
    with pytest.raises(errors.ServerError, match="502 <h1>Bad Gateway</h1>") as caught:
        tasks.get.sync(client, RUN)
    assert len(caught.value.body) == 65536
    assert len(str(caught.value)) < 1000


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "120"}, 120.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "Fri, 02 Jan 2026 03:04:35 GMT", "date": "Fri, 02 Jan 2026 03:04:05 GMT"}, 30.0),
        ({"retry-after": "Fri, 02 Jan 2026 03:04:05 GMT", "date": "Fri, 02 Jan 2026 03:04:35 GMT"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({}, None),
    ],
)
def test_a_reached_limit_says_when_to_try_again(
    server: Server, client: httpx.Client, headers: dict[str, str], seconds: float | None
) -> None:
    server.answers({"errors": [{"description": "limit"}]}, status=429, headers=headers)
    with pytest.raises(errors.TooManyRequests) as caught:
        tasks.get.sync(client, RUN)
    assert caught.value.retry_after == seconds


def test_a_date_to_try_again_is_counted_from_our_clock_where_the_server_shows_none(
    server: Server, client: httpx.Client
) -> None:
    later = format_datetime(datetime.now(timezone.utc) + timedelta(seconds=90), usegmt=True)
    server.answers({}, status=429, headers={"retry-after": later})
    with pytest.raises(errors.TooManyRequests, match="try again after") as caught:
        tasks.get.sync(client, RUN)
    assert caught.value.retry_after == pytest.approx(90, abs=5)


@newer
@pytest.mark.parametrize("text", ["", "{", '{"count": "many"}', "null", "[]"])
def test_a_body_that_does_not_fit_is_an_error_that_names_the_operation(
    server: Server, client: httpx.Client, text: str
) -> None:
    server.answers(text=text, headers={"content-type": "application/json"})
    with pytest.raises(errors.UnexpectedResponse, match=r"\(v1-workflow-run:count:get\): 200") as caught:
        runs.get_count.sync(client, TENANT, since=datetime.now(timezone.utc), only_tasks=True)
    assert isinstance(caught.value.__cause__, ValueError)  # what read it
    assert caught.value.body == text


@newer
def test_a_good_status_that_is_not_foreseen_is_an_error(server: Server, client: httpx.Client) -> None:
    server.answers({"count": 1}, status=202)
    with pytest.raises(errors.UnexpectedResponse, match="202"):
        runs.get_count.sync(client, TENANT, since=datetime.now(timezone.utc), only_tasks=True)


async def test_a_call_has_its_own_timeout(server: Server, client: httpx.Client, aclient: httpx.AsyncClient) -> None:
    released = threading.Event()

    def late(received: Received) -> Response:
        assert released.wait(30)
        return JSONResponse("RUNNING")

    server.answer = late
    with pytest.raises(httpx.ReadTimeout):
        runs.get_status.sync(client, RUN, timeout=0.05)
    with pytest.raises(httpx.ReadTimeout):
        await runs.get_status.asyncio(aclient, RUN, timeout=httpx.Timeout(0.05))
    released.set()
    assert runs.get_status.sync(client, RUN) == "RUNNING"


def test_a_failure_of_the_transport_stays_httpx_own() -> None:
    with httpx.Client(base_url="http://127.0.0.1:1") as client, pytest.raises(httpx.ConnectError):
        runs.get_status.sync(client, RUN)


# --- page after page


def _pages(total: int, *, cap: int | None = None, pages: int | None = None) -> Any:
    """A list of events, as a server gives it: at most `cap` at a time, and with a number of pages."""

    def answer(received: Received) -> Response:
        query = dict(received.query)
        offset, limit = int(query["offset"]), min(int(query["limit"]), cap or total)
        rows = [_event(number) for number in range(offset, min(offset + limit, total))]
        number = -(-total // limit) if pages is None else pages
        return JSONResponse({"rows": rows, "pagination": {"current_page": 1 + offset // limit, "num_pages": number}})

    return answer


async def test_an_iterator_goes_through_all_pages(
    server: Server, client: httpx.Client, aclient: httpx.AsyncClient
) -> None:
    server.answer = _pages(5)
    rows = list(events.list.iterate(client, TENANT, keys=["k"], page_size=2))
    assert [row.key for row in rows] == ["k0", "k1", "k2", "k3", "k4"]
    assert [dict(received.query)["offset"] for received in server.received] == ["0", "2", "4"]
    assert [dict(received.query)["keys"] for received in server.received] == ["k"] * 3
    assert [row async for row in events.list.aiterate(aclient, TENANT, page_size=2)] == rows


def test_an_iterator_asks_only_for_what_is_used(server: Server, client: httpx.Client) -> None:
    server.answer = _pages(100)
    rows = events.list.iterate(client, TENANT, page_size=2)
    assert server.received == []
    assert [next(rows).key, next(rows).key] == ["k0", "k1"]
    assert len(server.received) == 1
    assert next(rows).key == "k2"
    assert len(server.received) == 2


@pytest.mark.parametrize(
    ("total", "cap", "pages"),
    [
        pytest.param(0, None, 0, id="nothing"),
        pytest.param(4, None, None, id="the last page is full"),
        pytest.param(7, 3, None, id="the server gives less than asked"),
        pytest.param(9, None, 1, id="the number of pages is capped"),
    ],
)
def test_an_iterator_gives_every_row_once(
    server: Server, client: httpx.Client, total: int, cap: int | None, pages: int | None
) -> None:
    server.answer = _pages(total, cap=cap, pages=pages) if total else lambda received: JSONResponse({"rows": []})
    keys = [row.key for row in events.list.iterate(client, TENANT, page_size=4)]
    assert keys == [f"k{number}" for number in range(total)]


def test_a_list_that_ignores_the_offset_is_given_once(server: Server, client: httpx.Client) -> None:
    page = {"rows": [_event(1), _event(2)], "pagination": {"current_page": 1, "num_pages": 1}}
    server.answers(page)
    assert len(list(events.list.iterate(client, TENANT, page_size=2))) == 2
    assert len(server.received) == 2


def test_a_bare_list_has_an_iterator_too(server: Server, client: httpx.Client) -> None:
    entry = {
        "nodeId": 1,
        "branchId": 1,
        "kind": "MEMO",
        "isSatisfied": True,
        "insertedAt": MOMENT,
        "taskExternalId": str(RUN),
        "taskDisplayName": "t",
    }
    server.answers([entry])
    rows = list(durable_tasks.list_event_log.iterate(client, TENANT, RUN))
    assert [row.kind for row in rows] == ["MEMO"]
    assert server.received[0].query == [("offset", "0"), ("limit", "100")]


def test_a_page_of_no_rows_is_refused(client: httpx.Client) -> None:
    with pytest.raises(ValueError, match="a page holds at least one row"):
        next(workflows.list.iterate(client, TENANT, page_size=0))


# --- lists read row by row


def test_the_rows_of_a_list_are_made_when_they_are_reached(server: Server, client: httpx.Client) -> None:
    server.answers({"rows": [_event(1), _event(2), {"key": "no event"}], "pagination": {"current_page": "unread"}})
    rows = runtime.send(client, events.list.build(TENANT, keys=["k"]).by_row(models.V1Event))
    assert [next(rows).key, next(rows).key] == ["k1", "k2"]
    with pytest.raises(errors.UnexpectedResponse, match=r"v1-event:list.*does not understand") as raised:
        next(rows)
    assert isinstance(raised.value.__cause__, ValueError)
    assert server.received[0].query == [("keys", "k")]


@pytest.mark.parametrize("body", [{"rows": None}, {}])
def test_a_list_without_rows_has_none_to_read(server: Server, client: httpx.Client, body: object) -> None:
    server.answers(body)
    assert [*runtime.send(client, events.list.build(TENANT).by_row(models.V1Event))] == []


def test_a_refusal_of_a_list_read_by_row_is_the_same_error(server: Server, client: httpx.Client) -> None:
    server.answers({"errors": [{"description": "no such tenant"}]}, status=404)
    with pytest.raises(errors.NotFound, match="no such tenant"):
        runtime.send(client, events.list.build(TENANT).by_row(models.V1Event))


async def test_an_answer_that_was_read_is_freed_without_the_collector(
    server: Server, aclient: httpx.AsyncClient
) -> None:
    server.answers({"rows": [_event(1)]})
    answers: list[weakref.ref[httpx.Response]] = []

    async def note(response: httpx.Response) -> None:
        answers.append(weakref.ref(response))

    aclient.event_hooks = {"response": [note]}
    gc.disable()
    try:
        await events.list.asyncio(aclient, TENANT)
        assert [answer() for answer in answers] == [None]
    finally:
        gc.enable()
