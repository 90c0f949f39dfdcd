"""What is asked of the REST side in bad faith is refused in words, and keeps nobody else waiting."""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
import logging
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import pytest_asyncio

from hatchet.engine import EmbeddedEngine, EngineStartError
from hatchet.engine.auth import Auth
from hatchet.engine.rest.server import RestServer
from hatchet.engine.state import jsontext
from hatchet.engine.state.jsontext import MAX_NESTED
from hatchet.engine.storage.selection import MAX_VALUES
from tests.engine.peer import Peer
from tests.engine.rest_peer import STABLE, Rest

SINCE = "2026-01-01T00:00:00Z"
RUNS = f"{STABLE}/workflow-runs"
TENANT = "/api/v1/tenants/{tenant}"
ID = "6f6e0000-0000-4000-8000-000000000000"


def nested(depth: int) -> str:
    """A JSON object in which so many lists and objects stand within each other."""
    return '{"a":' + "[" * (depth - 1) + "]" * (depth - 1) + "}"


# -- many values -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "query", "name", "value"),
    [
        (RUNS, {"only_tasks": "false", "since": SINCE}, "additional_metadata", "k:v"),
        (RUNS, {"only_tasks": "true", "since": SINCE}, "statuses", "QUEUED"),
        (RUNS, {"only_tasks": "true", "since": SINCE}, "workflow_ids", ID),
        (f"{RUNS}/count", {"only_tasks": "true", "since": SINCE}, "idempotency_keys", "k"),
        (f"{RUNS}/display-names", {}, "external_ids", ID),
        (f"{STABLE}/events", {}, "additionalMetadata", "k:v"),
        (f"{STABLE}/events", {}, "keys", "k"),
        (f"{STABLE}/events", {}, "scopes", "s"),
        (f"{STABLE}/filters", {}, "scopes", "s"),
        (f"{STABLE}/webhooks", {}, "webhookNames", "n"),
        (f"{TENANT}/workflows/crons", {}, "additionalMetadata", "k:v"),
        (f"{TENANT}/workflows/scheduled", {}, "statuses", "SCHEDULED"),
        (f"{TENANT}/worker", {}, "labels", "k:v"),
    ],
)
async def test_more_values_of_a_parameter_than_anybody_needs_are_refused(
    rest: Rest, path: str, query: dict[str, str], name: str, value: str
) -> None:
    said = await rest.refused(400, "GET", path, query={**query, name: [value] * 998})
    assert said == f"parameter {name} takes up to {MAX_VALUES} values, not 998: ask in several requests"
    answer = await rest.send("GET", path, query={**query, name: [value] * MAX_VALUES})
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("name", ["statuses", "workflowIds", "additionalMetadata"])
async def test_a_cancellation_by_a_filter_takes_as_many(rest: Rest, name: str) -> None:
    value = {"statuses": "QUEUED", "workflowIds": ID, "additionalMetadata": "k:v"}[name]
    for action in ("cancel", "replay"):
        body = {"filter": {"since": SINCE, name: [value] * 998}}
        said = await rest.refused(400, "POST", f"{STABLE}/tasks/{action}", body)
        assert said.startswith(f"field {name} takes up to {MAX_VALUES} values, not 998")


async def test_limits_and_offsets_beyond_any_list_are_refused(rest: Rest) -> None:
    for limit in ("0", "-1", "2147483648", "9" * 5000, "1e3", "x"):
        for name in ("limit", "offset"):
            query = {"only_tasks": "false", "since": SINCE, name: limit}
            answer = await rest.send("GET", RUNS, query=query)
            assert answer.status_code == (200 if (name, limit) == ("offset", "0") else 400), answer.text


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "2026-02-30", "now", ""])
async def test_times_that_no_calendar_has_are_refused(rest: Rest, at: str) -> None:
    for path in (f"{STABLE}/task-point-metrics", f"{STABLE}/log-point-metrics"):
        await rest.refused(400, "GET", path, query={"createdAfter": at, "finishedBefore": at, "since": at})
    for name in ("since", "until"):
        await rest.refused(400, "GET", RUNS, query={"only_tasks": "false", "since": SINCE, name: at})
    await rest.refused(400, "POST", f"{STABLE}/tasks/cancel", {"filter": {"since": at}})


@pytest.mark.parametrize("end", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z", "9999-12-31T23:00:00Z"])
async def test_charts_at_the_ends_of_the_calendar_are_answered(rest: Rest, end: str) -> None:
    for query in ({"createdAfter": end}, {"finishedBefore": end}, {"createdAfter": end, "finishedBefore": end}):
        for path in (f"{STABLE}/task-point-metrics", f"{STABLE}/log-point-metrics"):
            given = {**query, "since": end, "until": end}
            assert (await rest.send("GET", path, query=given)).status_code in (200, 400)


# -- deep and odd JSON -----------------------------------------------------------------------------------------------

ODD = {
    "960 levels": nested(960),
    "100,000 levels": nested(100_000),
    "one level too many": nested(MAX_NESTED + 1),
    "a number of 5,000 digits": '{"a":' + "9" * 5000 + "}",
    "a number that is no double": '{"a":1e400}',
    "half a character": '{"a":"\\ud800"}',
    "half a character in a name": '{"\\udfff":1}',
    "NUL": '{"a":"\\u0000"}',
    "NaN": '{"a":NaN}',
}


def fields(value: str) -> dict[str, tuple[str, str]]:
    """Every kind of request whose body holds JSON of a user: its path, and the body."""
    return {
        "the input of a run": (
            f"{RUNS}/trigger",
            f'{{"workflowName":"some","input":{value}}}',
        ),
        "metadata of a run": (
            f"{RUNS}/trigger",
            f'{{"workflowName":"some","input":{{}},"additionalMetadata":{value}}}',
        ),
        "the input of a cron": (
            f"{TENANT}/workflows/some/crons",
            f'{{"cronName":"c","cronExpression":"0 3 1 1 *","input":{value},"additionalMetadata":{{}}}}',
        ),
        "the input of a schedule": (
            f"{TENANT}/workflows/some/scheduled",
            f'{{"triggerAt":"2999-01-01T00:00:00Z","input":{value},"additionalMetadata":{{}}}}',
        ),
        "the input of an expression": (f"{STABLE}/cel/debug", f'{{"expression":"true","input":{value}}}'),
        "a whole body": (f"{STABLE}/tasks/cancel", value),
    }


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("where", fields("{}"))
async def test_json_that_cannot_be_kept_is_refused(peer: Peer, rest: Rest, where: str, odd: str) -> None:
    await peer.put("some")
    path, body = fields(ODD[odd])[where]
    answer = await rest.http.post(path.format(tenant=rest.tenant), content=body)
    if (where, odd) == ("the input of an expression", "NUL"):
        assert answer.status_code == 200  # it is looked at, and forgotten
        return
    assert answer.status_code == 400, answer.text
    assert answer.json()["errors"][0]["description"]


@pytest.mark.parametrize("where", ["the input of a run", "metadata of a run"])
async def test_json_as_deep_as_is_allowed_is_kept_and_shown(peer: Peer, rest: Rest, where: str) -> None:
    await peer.put("some")
    path, body = fields(nested(MAX_NESTED - 1))[where]
    answer = await rest.http.post(path.format(tenant=rest.tenant), content=body)
    assert answer.status_code == 200, answer.text
    run = answer.json()["run"]["metadata"]["id"]
    assert await rest.json(f"/api/v1/stable/workflow-runs/{run}")
    assert await rest.json(RUNS, {"only_tasks": "false", "since": SINCE, "additional_metadata": "a:b"})


def test_depth_is_counted_in_all_shapes() -> None:
    jsontext.parse(nested(MAX_NESTED))
    jsontext.parse("[" + "{}," * 1000 + "[]]")
    jsontext.parse(json.dumps("[" * 1000))
    for text in (nested(MAX_NESTED + 1), '{"a":' * 401 + "1" + "}" * 401, "[1," * 401 + "2" + "]" * 401):
        with pytest.raises(ValueError, match="400 lists and objects stand within each other"):
            jsontext.parse(text)


# -- webhooks --------------------------------------------------------------------------------------------------------


def hook(**given: object) -> dict[str, object]:
    """What creates a webhook."""
    auth = {"headerName": "X-Key", "apiKey": "k"}
    made = {"name": "h", "sourceName": "GENERIC", "eventKeyExpression": "'k'", "authType": "API_KEY", "auth": auth}
    return {**made, **given}


@pytest.mark.parametrize("name", ["", "a\nb", "a\r\nb", "a\x00b", "a\x7fb", "a\u2028b", "x" * 201])
async def test_a_webhook_has_a_name_of_one_line(rest: Rest, name: str) -> None:
    assert "without line breaks" in await rest.refused(400, "POST", f"{STABLE}/webhooks", hook(name=name))


@pytest.mark.parametrize(
    ("kind", "auth"),
    [
        ("API_KEY", {"headerName": "X-Key", "apiKey": ""}),
        ("BASIC", {"username": "u", "password": ""}),
        ("HMAC", {"algorithm": "SHA256", "encoding": "HEX", "signatureHeaderName": "X-Sig", "signingSecret": ""}),
    ],
)
async def test_a_webhook_has_a_secret(rest: Rest, kind: str, auth: dict[str, str]) -> None:
    said = await rest.refused(400, "POST", f"{STABLE}/webhooks", hook(authType=kind, auth=auth))
    assert "must not be empty" in said


@pytest.mark.parametrize("secret", ["whsec_", "whsec_*", ""])
async def test_a_svix_webhook_has_a_key(rest: Rest, secret: str) -> None:
    auth = {"algorithm": "SHA256", "encoding": "BASE64", "signatureHeaderName": "X", "signingSecret": secret}
    await rest.refused(400, "POST", f"{STABLE}/webhooks", hook(sourceName="SVIX", authType="HMAC", auth=auth))


@pytest.mark.parametrize("header", ["", "a b", "a:b", "a\nb", "é", "x" * 101])
async def test_a_webhook_looks_at_a_header_that_can_be(rest: Rest, header: str) -> None:
    said = await rest.refused(400, "POST", f"{STABLE}/webhooks", hook(auth={"headerName": header, "apiKey": "k"}))
    assert "is not the name of a header" in said


@pytest.mark.parametrize("source", ["SLACK", "STRIPE", "SVIX"])
@pytest.mark.parametrize("at", ["-86400", "86400", "1e9", "9" * 400, "x", "", "+1", "1_0"])
async def test_a_signature_has_a_time_near_now(rest: Rest, source: str, at: str, engine: EmbeddedEngine) -> None:
    secret = "whsec_" + base64.b64encode(b"key").decode()
    auth = {"algorithm": "SHA256", "encoding": "HEX", "signatureHeaderName": "X-Sig", "signingSecret": secret}
    created = await rest.send("POST", f"{STABLE}/webhooks", hook(sourceName=source, authType="HMAC", auth=auth))
    assert created.status_code == 200, created.text
    # Signed soundly, but for a day ago, a day ahead, or no time at all.
    when = str(int(time.time()) + int(at)) if at in ("-86400", "86400") else at
    body = b'{"n":1}'
    plain = hmac.new(secret.encode(), (f"v0:{when}:" if source == "SLACK" else f"{when}.").encode() + body, "sha256")
    svix = base64.b64encode(hmac.new(b"key", f"id.{when}.".encode() + body, "sha256").digest()).decode()
    headers = {
        "SLACK": {"x-slack-request-timestamp": when, "x-sig": f"v0={plain.hexdigest()}"},
        "STRIPE": {"x-sig": f"t={when},v1={plain.hexdigest()}"},
        "SVIX": {"svix-id": "id", "svix-timestamp": when, "svix-signature": f"v1,{svix}"},
    }[source]
    url = f"{STABLE}/webhooks/h".format(tenant=rest.tenant)
    async with httpx.AsyncClient(base_url=rest.http.base_url, verify=False) as sender:
        answer = await sender.post(url, content=body, headers=headers)
    assert answer.status_code in (400, 403), answer.text


# -- tokens ----------------------------------------------------------------------------------------------------------

TENANT_ID = "11111111-1111-4111-8111-111111111111"


def issued(**claims: object) -> str:
    """A token with a sound signature."""

    def encoded(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    head = f"{encoded({'alg': 'HS256'})}.{encoded(claims)}"
    digest = hmac.new(b"secret", head.encode(), "sha256").digest()
    return f"{head}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def test_a_token_is_for_this_tenant_and_not_expired() -> None:
    now = 1_000.0
    auth = Auth(TENANT_ID, "token", b"secret", lambda: now)
    assert auth.accepts(issued(sub=TENANT_ID, exp=1_001))
    assert auth.accepts(auth.issue("h:1", "http://h:2"))
    wrong: list[dict[str, object]] = [
        {"sub": TENANT_ID, "exp": 999},
        {"sub": TENANT_ID},
        {"sub": TENANT_ID, "exp": "later"},
        {"sub": TENANT_ID, "exp": True},
        {"sub": "22222222-2222-4222-8222-222222222222", "exp": 2_000},
        {"exp": 2_000},
    ]
    for claims in wrong:
        assert not auth.accepts(issued(**claims)), claims
    assert not auth.accepts(issued(sub=TENANT_ID, exp=2_000)[:-2] + "xx")
    for text in ("", ".", "..", "a.b.c", "é.é.é", "\ud800.a.b"):
        assert not auth.accepts(text)


def test_a_token_that_was_accepted_expires_all_the_same() -> None:
    now = 1_000.0
    auth = Auth(TENANT_ID, "token", b"secret", lambda: now)
    token = issued(sub=TENANT_ID, exp=1_001)
    assert auth.accepts(token)
    now = 1_001.0
    assert not auth.accepts(token)


# -- who may reach it ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.org", "::"])
def test_serving_other_machines_is_asked_for_by_name(host: str, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(EngineStartError, match="allow_remote=True"):
        EmbeddedEngine(host=host)
    with caplog.at_level(logging.WARNING, "hatchet"):
        EmbeddedEngine(host=host, allow_remote=True)
    assert f"the embedded engine listens on {host}, for other machines too" in caplog.text


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.10", "localhost", "::1"])
def test_loopback_needs_no_leave(host: str, caplog: pytest.LogCaptureFixture) -> None:
    EmbeddedEngine(host=host)
    assert caplog.text == ""


async def test_no_answer_sends_anybody_to_the_host_of_the_request(rest: Rest) -> None:
    for path in (f"{RUNS}/", "/api/v1/meta/", "/api/ready/"):
        answer = await rest.http.get(path.format(tenant=rest.tenant), headers={"Host": "evil.example"})
        assert answer.status_code in (404, 501)
        assert "location" not in answer.headers


async def _hello(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"hi"})


@pytest_asyncio.fixture(loop_scope="session")
async def impatient() -> AsyncIterator[str]:
    """Where a server listens that waits a fifth of a second for headers."""
    import socket

    listener = socket.create_server(("127.0.0.1", 0))
    listener.setblocking(False)
    server = RestServer(_hello, headers_within=0.2)
    await server.start(listener)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    await server.stop()


@pytest.mark.parametrize("begun", [b"", b"GET / HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nA: b"])
async def test_headers_that_never_end_end_the_connection(impatient: str, begun: bytes) -> None:
    at = urlsplit(impatient)
    reader, writer = await asyncio.open_connection(at.hostname, at.port)
    writer.write(begun)
    async with asyncio.timeout(10):
        assert await _rest_of(reader) == b""
    writer.close()


async def test_a_connection_that_has_had_an_answer_is_watched_too(impatient: str) -> None:
    at = urlsplit(impatient)
    reader, writer = await asyncio.open_connection(at.hostname, at.port)
    for _ in range(2):
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        await reader.readuntil(b"hi")
    writer.write(b"GET / HTTP/1.1\r\n")
    async with asyncio.timeout(10):
        assert await _rest_of(reader) == b""
    writer.close()


async def test_a_request_that_was_begun_before_the_answer_to_another_is_watched_too(impatient: str) -> None:
    at = urlsplit(impatient)
    reader, writer = await asyncio.open_connection(at.hostname, at.port)
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HT")
    await reader.readuntil(b"hi")
    async with asyncio.timeout(3):  # uvicorn ends what is idle after 5 s
        assert await _rest_of(reader) == b""
    writer.close()


async def _rest_of(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.read()
    except ConnectionResetError:
        return b""


async def test_headers_without_end_or_of_enormous_size_are_refused(rest: Rest) -> None:
    answer = await rest.http.get("/api/v1/meta", headers={"X-Long": "x" * 60_000})
    assert answer.status_code == 200
    try:
        answer = await rest.http.get("/api/v1/meta", headers={"X-Long": "x" * 1_000_000})
    except httpx.TransportError:
        return  # it was hung up before all was sent
    assert answer.status_code == 400


# -- what is not served ----------------------------------------------------------------------------------------------


async def test_there_are_no_traces(rest: Rest) -> None:
    traces = f"{STABLE}/traces"
    assert "run_external_id is required" in await rest.refused(400, "GET", traces)
    found = await rest.json(traces, {"run_external_id": ID})
    assert isinstance(found, dict)
    assert found["rows"] == []


async def test_what_is_not_served_is_refused_by_name(rest: Rest) -> None:
    said = await rest.refused(501, "GET", "/api/v1/users/current")
    assert said.startswith("the embedded engine does not serve GET /api/v1/users/current")


async def test_no_request_is_written_to_the_program_s_log(rest: Rest, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        await rest.send("GET", RUNS, query={"only_tasks": "false", "since": SINCE})
    assert [record.name for record in caplog.records if record.name.startswith("uvicorn")] == []


async def test_the_program_s_own_pages_keep_their_log(monkeypatch: pytest.MonkeyPatch) -> None:
    log = logging.getLogger("uvicorn.access")
    monkeypatch.setattr(log, "propagate", True)
    monkeypatch.setattr(log, "handlers", handlers := [logging.NullHandler()])
    engine = EmbeddedEngine()
    try:
        await engine.start()
        assert (log.propagate, log.handlers) == (True, handlers)
    finally:
        await engine.stop()
