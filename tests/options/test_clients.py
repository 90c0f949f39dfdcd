"""Every setting of a client: by argument and by variable the same, and what follows from it on the wire or beside it.

The settings come from the signature of ClientConfig; one without a row, or without a test of what it does, fails.
"""

from __future__ import annotations

import asyncio
import dataclasses
import inspect
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from hatchet import (
    ClientConfig,
    ClientTLSConfig,
    Context,
    EmptyModel,
    Hatchet,
    HealthcheckConfig,
    NotFound,
    PayloadTooLarge,
    TenacityConfig,
    TlsStrategy,
    Unavailable,
)
from hatchet._foreign import _warn
from hatchet.config import OpenTelemetryConfig
from hatchet_api.calls import CallError, StatusCode
from hatchet_api.grpc import dispatcher_pb2 as dispatcher
from hatchet_api.grpc import events_pb2 as events
from tests.options.recording import Recorder
from tests.unit.offline import token
from tests.unit.scripted import ScriptedEngine, bearer

ROOT = Path(__file__).parents[2]
TOKEN = token()


class Row(NamedTuple):
    """A setting, given in both ways."""

    argument: Any
    variables: dict[str, str]
    """What stands in the environment for the same, without `HATCHET_CLIENT_`."""
    read: Callable[[ClientConfig], object]
    value: object
    default: object
    elsewhere: str = ""
    """A test of what it does that is not in this file."""


def attribute(name: str) -> Callable[[ClientConfig], object]:
    return lambda config: getattr(config, name)


def plain(name: str, argument: Any, text: str, default: object, elsewhere: str = "") -> Row:
    return Row(argument, {name.upper(): text}, attribute(name), argument, default, elsewhere)


MINE = logging.getLogger("hatchet.tests.mine")
HEALTH = HealthcheckConfig(enabled=True, port=1234, bind_address="127.0.0.1", event_loop_block_threshold_seconds=2.0)
TLS = ClientTLSConfig(strategy="none")

ROWS = {
    "token": Row(token(sub="me"), {"TOKEN": token(sub="me")}, attribute("token"), token(sub="me"), TOKEN),
    "token_file": plain("token_file", "the file", "the file", "", "test_a_token_file_that_is_missing_is_named"),
    "embedded": plain("embedded", "memory", "memory", "", "test_an_engine_stops_with_the_last_client_that_is_closed"),
    "embedded_options": Row(
        {"retained_days": 2.0},
        {"EMBEDDED_RETAINED_DAYS": "2"},
        lambda config: config.embedded_options.retained_days,
        2.0,
        30.0,
        "test_the_engine_gets_them",
    ),
    "tenant_id": plain("tenant_id", "mine", "mine", "t"),
    "host_port": plain("host_port", "one:1", "one:1", "127.0.0.1:9"),
    "server_url": plain("server_url", "http://127.0.0.1:1", "http://127.0.0.1:1", "http://127.0.0.1:9"),
    "namespace": Row("Mine", {"NAMESPACE": "Mine"}, attribute("namespace"), "mine_", ""),
    "debug": plain("debug", True, "true", False),
    "tls_config": Row(
        TLS,
        {"TLS_STRATEGY": "none"},
        lambda config: TlsStrategy(config.tls_config.strategy).value,
        "none",
        "tls",
        "test_a_file_that_is_no_certificate_is_refused_at_construction",
    ),
    "allow_plaintext": plain(
        "allow_plaintext", True, "1", False, "test_neither_loopback_nor_tls_nor_what_is_meant_is_warned_of"
    ),
    "grpc_max_recv_message_length": plain("grpc_max_recv_message_length", 4096, "4096", 4 * 1024 * 1024),
    "grpc_max_send_message_length": plain("grpc_max_send_message_length", 4096, "4096", 4 * 1024 * 1024),
    "worker_preset_labels": plain("worker_preset_labels", {"zone": "north"}, '{"zone": "north"}', {}),
    "force_shutdown_on_shutdown_signal": plain("force_shutdown_on_shutdown_signal", True, "yes", False),
    "request_timeout": plain("request_timeout", 2.5, "2.5s", 30),
    "listener_v2_timeout": plain(
        "listener_v2_timeout",
        7,
        "7",
        None,
        "test_a_worker_that_leaves_its_stream_every_second_loses_and_doubles_no_assignment",
    ),
    "healthcheck": Row(
        HEALTH,
        {
            "WORKER_HEALTHCHECK_ENABLED": "true",
            "WORKER_HEALTHCHECK_PORT": "1234",
            "WORKER_HEALTHCHECK_BIND_ADDRESS": "127.0.0.1",
            "WORKER_HEALTHCHECK_EVENT_LOOP_BLOCK_THRESHOLD_SECONDS": "2",
        },
        attribute("healthcheck"),
        HEALTH,
        HealthcheckConfig(),
        "test_health_and_metrics_tell_slots_times_and_connections",
    ),
    "tenacity": Row(
        TenacityConfig(max_attempts=2, retry_not_found=True),
        {"TENACITY_MAX_ATTEMPTS": "2", "TENACITY_RETRY_NOT_FOUND": "on"},
        attribute("tenacity"),
        TenacityConfig(max_attempts=2, retry_not_found=True),
        TenacityConfig(),
    ),
    "logger": Row(
        MINE,
        {},
        attribute("logger"),
        MINE,
        logging.getLogger(),
        "test_capture_can_be_turned_off_or_narrowed_to_a_logger",
    ),
    "disable_log_capture": plain(
        "disable_log_capture", True, "true", False, "test_capture_can_be_turned_off_or_narrowed_to_a_logger"
    ),
    "log_queue_size": plain(
        "log_queue_size", 7, "7", 1000, "test_what_does_not_fit_is_dropped_counted_and_told_in_the_log_itself"
    ),
    "terminate_worker_after_num_tasks": plain(
        "terminate_worker_after_num_tasks", 3, "3", None, "test_a_worker_ends_by_itself_after_so_many_tasks"
    ),
    "worker_always_replay": plain(
        "worker_always_replay", True, "true", False, "test_a_setting_makes_durable_tasks_of_all_workers_begin_anew"
    ),
    "worker_record_histories": plain(
        "worker_record_histories", "folder", "folder", "", "test_a_setting_says_where_histories_are_written"
    ),
    "otel": Row(OpenTelemetryConfig(), {}, lambda config: None, None, None, "test_otel_settings_are_warned_of"),
}
SETTINGS = [name for name in inspect.signature(ClientConfig.__init__).parameters if name not in ("self", "unknown")]


@pytest.fixture(autouse=True)
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "the file").write_text(TOKEN)


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_is_the_same_by_argument_and_by_variable(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert name in ROWS, f"{name} has no row: add one above"
    row = ROWS[name]
    known: dict[str, Any] = {} if name in ("token", "token_file", "embedded") else {"token": TOKEN}
    assert row.read(ClientConfig(token=TOKEN)) == row.default
    assert row.read(ClientConfig(**known, **{name: row.argument})) == row.value
    if row.variables:
        for variable, text in row.variables.items():
            monkeypatch.setenv(f"HATCHET_CLIENT_{variable}", text)
        assert row.read(ClientConfig(**known)) == row.value


@pytest.mark.parametrize("name", SETTINGS)
def test_what_a_setting_does_is_tested(name: str) -> None:
    text = "".join(file.read_text() for file in (ROOT / "tests").rglob("test_*.py"))
    wanted = ROWS[name].elsewhere or f"test_{name}_"
    assert f"def {wanted}" in text


# -- what they do


async def test_token_goes_with_every_call() -> None:
    seen: list[str] = []

    async def push(request: Any, context: Any) -> events.Event:
        seen.append(bearer(context))
        return events.Event(event_id="e")

    await ScriptedEngine(push=push).client(token=token(sub="me")).event.aio_push("k", {})
    assert seen == [token(sub="me")]


async def test_tenant_id_is_a_part_of_every_path_of_rest(hatchet: Hatchet, engine: Recorder) -> None:
    engine.asked()
    await hatchet.workflows.aio_list()
    [asked] = engine.asked()
    assert asked.path[4] == hatchet.config.tenant_id


async def test_host_port_is_where_calls_over_grpc_go(unused: int) -> None:
    hatchet = Hatchet(ClientConfig(token=TOKEN, host_port=f"127.0.0.1:{unused}", tls_config=TLS, tenacity=ONCE))
    with pytest.raises(Unavailable, match=f"127.0.0.1:{unused}"):
        await hatchet.event.aio_push("k", {})


async def test_server_url_is_where_calls_over_rest_go(unused: int) -> None:
    hatchet = Hatchet(ClientConfig(token=TOKEN, server_url=f"http://127.0.0.1:{unused}", tenacity=ONCE))
    with pytest.raises(Unavailable, match=f"127.0.0.1:{unused}"):
        await hatchet.workflows.aio_list()


ONCE = TenacityConfig(max_attempts=1)


@pytest.fixture
def unused() -> int:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


async def test_namespace_stands_before_every_name(hatchet: Hatchet, engine: Recorder) -> None:
    await hatchet.event.aio_push("k", {})
    [sent] = engine.taken(events.PushEventRequest)
    assert (hatchet.namespace, sent.key) == ("o_", "o_k")


@pytest.mark.parametrize("given", ["config", "argument"])
def test_debug_lets_the_logger_of_the_library_tell_everything(given: str) -> None:
    logger = logging.getLogger("hatchet")
    before = logger.level
    try:
        Hatchet(ClientConfig(token=TOKEN))
        assert logger.level == before
        if given == "config":
            Hatchet(ClientConfig(token=TOKEN, debug=True))
        else:
            Hatchet(ClientConfig(token=TOKEN), debug=True)
        assert logger.level == logging.DEBUG
    finally:
        logger.setLevel(before)


async def test_grpc_max_recv_message_length_is_the_largest_answer() -> None:
    async def push(request: Any, context: Any) -> events.Event:
        return events.Event(event_id="e" * 5000)

    engine = ScriptedEngine(push=push)
    assert (await engine.client().event.aio_push("k", {})).event_id == "e" * 5000
    with pytest.raises(PayloadTooLarge):
        await engine.client(grpc_max_recv_message_length=4096).event.aio_push("k", {})


async def test_grpc_max_send_message_length_is_the_largest_request() -> None:
    async def push(request: Any, context: Any) -> events.Event:
        return events.Event(event_id="e")

    engine = ScriptedEngine(push=push)
    await engine.client().event.aio_push("k", {"a": "x" * 5000})
    with pytest.raises(PayloadTooLarge):
        await engine.client(grpc_max_send_message_length=4096).event.aio_push("k", {"a": "x" * 5000})
    assert engine.calls["push"] == 1


async def test_worker_preset_labels_are_those_of_every_worker_under_its_own(
    hatchet: Hatchet, engine: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    @hatchet.task(name="any")
    async def task(input: EmptyModel, ctx: Context) -> None: ...

    monkeypatch.setattr(hatchet.config, "worker_preset_labels", {"zone": "north", "pool": "a"})
    async with hatchet.worker("w", workflows=[task], labels={"pool": "b"}):
        [sent] = engine.taken(dispatcher.WorkerRegisterRequest)
    assert {key: label.str_value for key, label in sent.labels.items()} == {"zone": "north", "pool": "b"}


@pytest.mark.parametrize("at_once", [False, True])
async def test_force_shutdown_on_shutdown_signal_leaves_running_tasks_at_the_first_signal(
    hatchet: Hatchet, monkeypatch: pytest.MonkeyPatch, at_once: bool
) -> None:
    import signal

    began = asyncio.Event()

    @hatchet.task(name="runs")
    async def runs(input: EmptyModel, ctx: Context) -> None:
        began.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(hatchet.config, "force_shutdown_on_shutdown_signal", at_once)
    worker = hatchet.worker("w", workflows=[runs], handle_signals=True)
    living = asyncio.create_task(worker.aio_start())
    await worker.aio_wait_until_ready()
    run = await runs.aio_run_no_wait()
    await began.wait()
    signal.raise_signal(signal.SIGTERM)
    if not at_once:
        await run.aio_cancel()
    await living
    assert worker.was_forced is at_once
    await run.aio_cancel()


async def test_request_timeout_is_what_each_try_may_take() -> None:
    seen: list[float] = []

    async def push(request: Any, context: Any) -> events.Event:
        seen.append(context.time_remaining())
        return events.Event(event_id="e")

    engine = ScriptedEngine(push=push)
    for seconds in (500, 9000):
        await engine.client(request_timeout=seconds).event.aio_push("k", {})
    assert [round(each, -2) for each in seen] == [500, 9000]


@pytest.mark.parametrize(("settings", "code", "tries"), [
    (TenacityConfig(), StatusCode.UNAVAILABLE, 5),
    (TenacityConfig(max_attempts=2), StatusCode.UNAVAILABLE, 2),
    (TenacityConfig(max_attempts=2), StatusCode.NOT_FOUND, 1),
    (TenacityConfig(max_attempts=2, retry_not_found=True), StatusCode.NOT_FOUND, 2),
])  # fmt: skip
async def test_tenacity_is_how_often_a_call_is_tried(settings: TenacityConfig, code: StatusCode, tries: int) -> None:
    async def details(request: Any, context: Any) -> Any:
        raise CallError(code, "failed to connect")

    engine = ScriptedEngine(get_run_details=details)
    hatchet = engine.client(tenacity=settings)
    with pytest.raises((Unavailable, NotFound)):
        await hatchet.runs.aio_get_details("00000000-0000-0000-0000-000000000001")
    assert engine.calls["get_run_details"] == tries


@pytest.mark.parametrize("name", [each.name for each in dataclasses.fields(OpenTelemetryConfig)])
def test_otel_settings_are_warned_of(name: str, caplog: pytest.LogCaptureFixture) -> None:
    _warn.cache_clear()
    ClientConfig(token=TOKEN, otel=OpenTelemetryConfig())
    assert not caplog.records
    asked: dict[str, Any] = {name: ["a"] if name == "excluded_attributes" else True}
    ClientConfig(token=TOKEN, otel=OpenTelemetryConfig(**asked))
    assert [record.getMessage().count(f"\n  {name} of OpenTelemetryConfig: ") for record in caplog.records] == [1]
