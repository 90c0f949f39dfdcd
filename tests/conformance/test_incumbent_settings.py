"""What programs that were written for `hatchet_sdk` set, declare and push, and must find here."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import uuid
from collections.abc import AsyncGenerator, Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import BaseModel

from hatchet import (
    ClientConfig,
    ClientTLSConfig,
    ConcurrencyExpression,
    Context,
    DefinitionError,
    EmbeddedHatchetConfig,
    EmptyModel,
    Hatchet,
    InputError,
    OpenTelemetryConfig,
    TenacityConfig,
    _foreign,
)
from hatchet_api.rest import models
from tests.conformance.helpers import eventually
from tests.reach import Transport

SECRET = "hush"


class Number(BaseModel):
    n: int


class State(BaseModel):
    opened: int


@pytest.fixture
def warned(caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    """What the next settings are warned of."""
    _foreign._warn.cache_clear()
    caplog.set_level(logging.WARNING, "hatchet")
    return lambda: "".join(record.getMessage() for record in caplog.records if "hatchet_sdk" in record.getMessage())


def with_settings(hatchet: Hatchet, **settings: Any) -> Hatchet:
    """A client of the same engine in the same namespace whose settings are read anew."""
    own = hatchet.config
    client = Hatchet(
        ClientConfig(
            token=own.token,
            host_port=own.route.host_port,
            server_url=own.route.server_url,
            namespace=own.namespace,
            tls_config=ClientTLSConfig(strategy="none"),
            **settings,
        )
    )
    client.gateway.local = hatchet.gateway.local
    return client


def canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def test_options_that_no_engine_would_understand_are_refused_and_what_is_written_instead_runs(
    hatchet: Hatchet, worker: Any
) -> None:
    def function(input: Number, ctx: Context) -> int:
        return input.n

    wrong: dict[str, tuple[dict[str, Any], str]] = {
        "a name": ({"retires": 3}, "task 'checked': there is no option retires=3; did you mean retries"),
        "a number": ({"retries": "3"}, "retries=3"),
        "a length": ({"execution_timeout": 30}, r"timedelta\(seconds=30\)"),
        "no length": ({"execution_timeout": "0s"}, "above 0"),
        "a cron": ({"on_crons": ["0 8 * * *"]}, "whose runs have no input"),
        "an edge": ({"execution_timeout": timedelta.max}, "292 years"),
    }
    for options, words in wrong.values():
        with pytest.raises(DefinitionError, match=words):
            hatchet.task(name="checked", **options)(function)
    strategy: Any = "GROUP_ROUND_ROBIN"
    with pytest.raises(DefinitionError, match=r"write ConcurrencyLimitStrategy.GROUP_ROUND_ROBIN"):
        ConcurrencyExpression("string(input.n)", 1, strategy)
    checked = hatchet.task(
        name="checked",
        retries=3,
        execution_timeout=timedelta(seconds=30),
        concurrency=ConcurrencyExpression.from_int(2),
    )(function)
    for call in (lambda: checked.run(Number(n=1), prioritty=1), lambda: hatchet.worker("w", workflows=checked)):  # type: ignore[call-overload, arg-type]  # the mistakes that this is about
        with pytest.raises(DefinitionError):
            call()
    with pytest.raises(InputError, match="edge of the calendar"):
        checked.schedule(datetime.max.replace(tzinfo=timezone.utc), Number(n=1))
    with worker(checked):
        assert checked.run(Number(n=1)) == 1


def test_payloads_of_events_arrive_as_they_were(hatchet: Hatchet, worker: Any) -> None:
    got: list[dict[str, Any]] = []

    @hatchet.task(name="takes-events", on_events=["free:*"])
    def takes(input: dict[str, Any], ctx: Context) -> None:
        got.append(input)

    payloads: list[dict[str, Any]] = [
        {"n": 1, "none": None, "list": [1.5, "ä", True], "deep": {"a": {"b": []}}},
        {"$value": {"a": 1}},
        {"$value": 1},
        {"skipped": True},
        {"n": 2**53},
        {},
    ]
    with worker(takes):
        events = [hatchet.event.push("free:any", payload) for payload in payloads]
        events.append(hatchet.event.push("free:model", Number(n=5)))
        eventually(lambda: len(got), lambda count: count == len(payloads) + 1)
        wanted = [*payloads, {"n": 5}]
        assert sorted(map(canonical, got)) == sorted(map(canonical, wanted))
        shown = eventually(lambda: hatchet.event.get(events[1].event_id), lambda event: event.payload is not None)
        assert shown.payload == {"$value": {"a": 1}}
        for refused in ({"n": 2**53 + 1}, {"n": float("nan")}, {"a": {None: 1}}, {"a": "\0"}):
            with pytest.raises(InputError):
                hatchet.event.push("free:any", refused)
    assert len(got) == len(wanted)


def test_an_environment_of_the_other_package_runs_a_program(
    hatchet: Hatchet, monkeypatch: pytest.MonkeyPatch, warned: Callable[[], str]
) -> None:
    for name, value in {
        "TENACITY_MAX_ATTEMPTS": "3",
        "TENACITY_RETRY_429": "false",
        "TENACITY_RETRY_TRANSPORT_ERRORS": "false",
        "OPENTELEMETRY_INDIVIDUAL_RUN_SPANS_FOR_BULK_RUN": "true",
        "ENABLE_FORCE_KILL_SYNC_THREADS": "true",
        "SYNC_RESULT_POLL_INTERVAL": "2",
        "LISTENER_V2_TIMEOUT": "1000",
        "WORKER_PRESET_LABELS": '{"region": "eu"}',
    }.items():
        monkeypatch.setenv(f"HATCHET_CLIENT_{name}", value)
    client = with_settings(hatchet)
    assert client.config.tenacity.max_attempts == 3
    for name in ("TENACITY_RETRY_429", "OPENTELEMETRY_INDIVIDUAL", "ENABLE_FORCE_KILL", "SYNC_RESULT_POLL_INTERVAL"):
        assert f"HATCHET_CLIENT_{name}" in warned()

    @client.task(name="in-that-environment")
    def task(input: Number, ctx: Context) -> str | int:
        return ctx.worker_labels.get("region", "")

    with client.worker("settings", workflows=[task]):
        assert task.run(Number(n=1)) == "eu"


def test_settings_of_the_other_package_run_a_program(hatchet: Hatchet, warned: Callable[[], str]) -> None:
    client = with_settings(
        hatchet,
        tenacity=TenacityConfig(max_attempts=2, retry_429=False, retry_transport_errors=False),
        otel=OpenTelemetryConfig(excluded_attributes=["payload"]),
    )
    assert "retry_429 of TenacityConfig" in warned()
    assert "excluded_attributes of OpenTelemetryConfig" in warned()

    @client.task(name="with-those-settings")
    async def task(input: Number, ctx: Context) -> int:
        return input.n

    with client.worker("settings", workflows=[task]):
        assert task.run(Number(n=3)) == 3


@pytest.mark.parametrize("setting", [None, "memory", "elsewhere"])
def test_an_embedded_engine_is_described_as_there(
    tmp_path: Path, warned: Callable[[], str], monkeypatch: pytest.MonkeyPatch, setting: str | None
) -> None:
    # Whatever other engine the environment names.
    monkeypatch.chdir(tmp_path)
    if setting is not None:
        monkeypatch.setenv("HATCHET_CLIENT_EMBEDDED", setting)
    described = EmbeddedHatchetConfig(postgres_data_dir=str(tmp_path / "data"), database_url="postgres://nowhere")
    with Hatchet.from_embedded(config=described) as client:

        @client.task(name="embedded")
        def task(input: Number, ctx: Context) -> int:
            return input.n

        with client.worker("embedded", workflows=[task]):
            assert task.run(Number(n=3)) == 3
    assert (tmp_path / "data").is_dir()
    assert not (tmp_path / "elsewhere").exists()
    assert "database_url of EmbeddedHatchetConfig" in warned()


def test_a_webhook_may_be_signed_in_base64url(hatchet: Hatchet) -> None:
    name = f"signed-{uuid.uuid4().hex[:8]}"
    hatchet.webhooks.create(
        models.V1WebhookSourceName.GENERIC,
        name,
        "'signed:' + input.id",
        models.V1WebhookHMACAuth(
            algorithm=models.V1WebhookHMACAlgorithm.SHA256,
            encoding=models.V1WebhookHMACEncoding.BASE64URL,
            signature_header_name="x-signature",
            signing_secret=SECRET,
        ),
    )
    try:
        message = b'{"id": "a"}'
        digest = hmac.new(SECRET.encode(), message, hashlib.sha256).digest()
        url = f"/api/v1/stable/tenants/{hatchet.tenant_id}/webhooks/{name}"
        with httpx.Client(base_url=hatchet.config.route.server_url, transport=Transport(hatchet)) as http:

            def post(signature: bytes) -> int:
                headers = {"x-signature": signature.decode(), "content-type": "application/json"}
                return http.post(url, content=message, headers=headers).status_code

            assert post(base64.urlsafe_b64encode(digest)) == 200
            assert post(base64.urlsafe_b64encode(digest[::-1])) == 403
    finally:
        hatchet.webhooks.delete(name)


def test_the_state_of_a_lifespan_is_what_tasks_declare(hatchet: Hatchet, worker: Any) -> None:
    async def lifespan() -> AsyncGenerator[State, None]:
        yield State(opened=7)

    async def other() -> AsyncGenerator[str, None]:
        yield "text"

    @hatchet.task(name="with-state")
    def task(input: EmptyModel, ctx: Context[State]) -> int:
        return ctx.lifespan.opened

    with worker(task, lifespan=lifespan):
        assert task.run() == 7
    for wrong in (None, other):
        with pytest.raises(DefinitionError, match=r"Context\[State\]"):
            hatchet.worker("conformance", workflows=[task], lifespan=wrong).start()
