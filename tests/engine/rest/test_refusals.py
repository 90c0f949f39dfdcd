"""What the REST side refuses, in the words that name the parameter or the field, and that nothing happens then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest

from tests.engine.peer import Peer
from tests.engine.rest_peer import STABLE, Rest

NOBODY = "00000000-0000-4000-8000-000000000000"
RUN_LIST = f"{STABLE}/workflow-runs"
SINCE: Any = {"since": "2026-01-01T00:00:00Z", "only_tasks": "true"}  # Any: keywords


class Bad(NamedTuple):
    """A request that is wrong in one thing."""

    method: str
    path: str
    body: object
    query: Mapping[str, str]
    status: int
    words: str


def get(path: str, words: str, status: int = 400, **query: str) -> Bad:
    return Bad("GET", path, None, query, status, words)


def post(path: str, body: object, words: str, status: int = 400) -> Bad:
    return Bad("POST", path, body, {}, status, words)


TENANT = "/api/v1/tenants/{tenant}"
CASES = [
    get(RUN_LIST, "query parameter since is required", only_tasks="true"),
    get(RUN_LIST, "Invalid format for parameter since: 'soon' is not a date-time", since="soon", only_tasks="true"),
    get(RUN_LIST, "unknown status 'DONE'; use QUEUED", **SINCE, statuses="DONE"),
    get(RUN_LIST, "unknown running_filter 'SOME'; use ALL, EVICTED or ON_WORKER", **SINCE, running_filter="SOME"),
    get(f"/api/v1/stable/workflow-runs/{NOBODY}/task-timings", "depth must be less than or equal to", depth="1000"),
    get(f"/api/v1/stable/tasks/{NOBODY}/logs", "task not found", 404),
    get(f"{STABLE}/logs", "unknown level 'LOUD'; use DEBUG", levels="LOUD"),
    get(f"{TENANT}/worker", "unknown worker status 'ASLEEP'; use ACTIVE", statuses="ASLEEP"),
    get(f"{TENANT}/worker", "invalid label filter 'gpu'; write it as key:value, neither empty", labels="gpu"),
    get(f"{TENANT}/worker", "invalid label filter ':big'", labels=":big"),
    get(f"{TENANT}/worker", "invalid label filter 'gpu:'", labels="gpu:"),
    get(f"{TENANT}/workflows/crons", "unknown orderByField 'size'; use", orderByField="size"),
    get(f"{TENANT}/rate-limits", "unknown orderByDirection 'up'; use", orderByField="key", orderByDirection="up"),
    post(f"{STABLE}/cel/debug", {"input": {}}, "field expression must be a string"),
    post(f"{STABLE}/cel/debug", {"expression": 1, "input": {}}, "field expression must be a string"),
    post(f"{STABLE}/cel/debug", {"expression": "true"}, "field input must be a JSON object"),
    post(f"{STABLE}/cel/debug", {"expression": "true", "input": []}, "field input must be a JSON object"),
    post(
        f"{STABLE}/cel/debug",
        {"expression": "true", "input": {}, "additionalMetadata": "x"},
        "field additionalMetadata must be a JSON object",
    ),
    post(
        f"{STABLE}/cel/debug",
        {"expression": "true", "input": {}, "filterPayload": 1},
        "field filterPayload must be a JSON object",
    ),
    post(f"{STABLE}/tasks/cancel", {}, "give either externalIds or filter, not both"),
    post(f"{STABLE}/tasks/cancel", {"externalIds": [NOBODY], "filter": {}}, "externalIds or filter, not both"),
    post(f"{STABLE}/tasks/cancel", {"externalIds": NOBODY}, "field externalIds must be a list of strings"),
    post(f"{STABLE}/tasks/cancel", {"externalIds": [7]}, "field externalIds must be a list of strings"),
    post(f"{STABLE}/tasks/cancel", {"filter": []}, "field filter must be an object"),
    post(f"{STABLE}/tasks/cancel", {"filter": {}}, "field filter.since is required"),
    post(f"{STABLE}/tasks/replay", {"filter": {"since": "x"}}, "Invalid format for parameter since"),
    post(f"{STABLE}/tasks/replay", {"filter": 5}, "field filter must be an object"),
    post(f"{STABLE}/tasks/replay", [], "the request body must be a JSON object"),
    Bad("PATCH", f"/api/v1/workers/{NOBODY}", {"isPaused": True}, {}, 404, "worker"),
]


@pytest.mark.parametrize("bad", CASES, ids=lambda bad: f"{bad.method} {bad.path.rpartition('/')[2]}: {bad.words[:40]}")
async def test_a_request_that_is_wrong_is_refused_by_name(rest: Rest, bad: Bad) -> None:
    assert bad.words in await rest.refused(bad.status, bad.method, bad.path, bad.body, bad.query)


async def test_a_worker_is_not_paused_by_what_is_no_truth(peer: Peer, rest: Rest) -> None:
    await peer.put("w")
    worker = await peer.worker("w:w")
    said = await rest.refused(400, "PATCH", f"/api/v1/workers/{worker.id}", {"isPaused": "yes"})
    assert said == "field isPaused must be true or false"
    await peer.trigger("w")
    await worker.next()


async def test_the_same_filter_twice_is_refused_and_another_is_not(peer: Peer, rest: Rest) -> None:
    workflow = await peer.put("w")
    body = {"workflowId": workflow.workflow_id, "expression": "true", "scope": "s", "payload": {"a": 1}}
    first = await rest.send("POST", f"{STABLE}/filters", body)
    assert first.status_code == 200
    said = await rest.refused(400, "POST", f"{STABLE}/filters", body)
    assert said.startswith(f"the workflow has this filter already, as {first.json()['metadata']['id']}")
    for other in ({"expression": "1 == 1"}, {"scope": "t"}, {"payload": {"a": 2}}):
        assert (await rest.send("POST", f"{STABLE}/filters", {**body, **other})).status_code == 200
    listed = await rest.send("GET", f"{STABLE}/filters")
    assert len(listed.json()["rows"]) == 4


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    "path", ["/api/v1/nothing", "/api/v1/tenants/{tenant}/nothing", "/api/v1/stable/tenants/{tenant}/x"]
)
async def test_what_is_not_served_is_refused_by_name(rest: Rest, method: str, path: str) -> None:
    said = await rest.refused(501, method, path)
    assert f"does not serve {method} {path.format(tenant=rest.tenant)} yet" in said


@pytest.mark.parametrize("name", ["a%0Ab", "%0A", "a%0A", "%0D%0A", "a%E2%80%A8b", "a%2Fb%0A"])
@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
async def test_a_name_with_the_end_of_a_line_is_a_name(rest: Rest, method: str, name: str) -> None:
    body = {"eventKeyExpression": "'k'"} if method == "PATCH" else None
    answer = await rest.send(method, f"{STABLE}/webhooks/{name}", body)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/json")
    assert answer.json()["errors"]


async def test_a_path_with_the_end_of_a_line_is_refused_as_any_other(rest: Rest) -> None:
    assert "does not serve" in await rest.refused(501, "GET", "/api/v1/nothing%0Ahere")
