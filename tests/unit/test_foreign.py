"""Settings of `hatchet_sdk`: an environment made for it must not stop a program, and what is not used is said."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from hatchet import (
    ClientConfig,
    ConfigError,
    EmbeddedHatchetConfig,
    Hatchet,
    OpenTelemetryConfig,
    TenacityConfig,
    _foreign,
)
from tests.unit import offline

WHOLE = {
    "ENABLE_FORCE_KILL_SYNC_THREADS": "true",
    "ENABLE_THREAD_POOL_MONITORING": "true",
    "SYNC_RESULT_POLL_INTERVAL": "2.5",
    "OPENTELEMETRY_EXCLUDED_ATTRIBUTES": '["payload"]',
    "OPENTELEMETRY_INCLUDE_TASK_NAME_IN_START_STEP_RUN_SPAN_NAME": "true",
    "OPENTELEMETRY_INDIVIDUAL_RUN_SPANS_FOR_BULK_RUN": "true",
    "TENACITY_RETRY_429": "false",
    "TENACITY_RETRY_TRANSPORT_ERRORS": "false",
    "TENACITY_RETRY_TRANSPORT_METHODS": '["POST"]',
    "EMBEDDED_BINARY_PATH": "/opt/hatchet",
    "EMBEDDED_VERSION": "v0.101.27",
    "EMBEDDED_CHECKSUM": "abc",
    "EMBEDDED_DATABASE_URL": "postgres://localhost",
    "EMBEDDED_POSTGRES_DATA_DIR": "/var/lib/postgres",
    "EMBEDDED_RABBITMQ_URL": "amqp://localhost",
    "EMBEDDED_START_API": "false",
    "EMBEDDED_RUN_MIGRATIONS": "false",
    "EMBEDDED_SOMETHING_NEWER": "1",
}
HONOURED = {
    "EMBEDDED_GRPC_PORT": "7999",
    "EMBEDDED_API_PORT": "7998",
    "EMBEDDED_LOG_LEVEL": "debug",
    "EMBEDDED_READY_TIMEOUT_SECONDS": "42",
}


@pytest.fixture(autouse=True)
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    _foreign._warn.cache_clear()  # pyright: ignore[reportPrivateUsage]  # once in a process, and tests share one


def test_all_variables_are_taken_and_one_warning_names_those_that_are_not_used(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name, value in {**WHOLE, **HONOURED}.items():
        monkeypatch.setenv(f"HATCHET_CLIENT_{name}", value)
    with caplog.at_level(logging.WARNING, "hatchet"):
        config = ClientConfig(embedded="memory")
        ClientConfig(embedded="memory")
    [record] = caplog.records
    lines = dict(line.strip().split(": ", 1) for line in record.getMessage().splitlines()[1:])
    assert set(lines) == {f"HATCHET_CLIENT_{name}" for name in WHOLE}
    assert min(map(len, lines.values())) > 10
    assert config.embedded_start == (7999, 7998, "DEBUG", 42.0)


def test_values_that_ask_for_what_happens_anyway_are_not_warned_of(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("HATCHET_CLIENT_ENABLE_FORCE_KILL_SYNC_THREADS", "false")
    monkeypatch.setenv("HATCHET_CLIENT_TENACITY_RETRY_429", "true")
    monkeypatch.setenv("HATCHET_CLIENT_EMBEDDED_DATABASE_URL", "postgres://localhost")  # and no embedded engine
    with caplog.at_level(logging.WARNING, "hatchet"):
        ClientConfig(token=offline.token(), allow_plaintext=True)
        TenacityConfig(retry_429=True, retry_transport_errors=True, retry_transport_methods=["get"])
    assert not caplog.records


def test_a_misspelt_variable_of_ours_is_still_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HATCHET_CLIENT_NAMESPACES", "x")
    with pytest.raises(ConfigError, match="Did you mean namespace"):
        ClientConfig(embedded="memory")


@pytest.mark.parametrize("name", ["retry_429", "retry_transport_errors"])
def test_a_retry_that_cannot_be_switched_off_alone_is_warned_of(name: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "hatchet"):
        TenacityConfig(**{name: False})  # type: ignore[arg-type]  # the name is a parameter of this test
    assert f"{name} of TenacityConfig: " in caplog.text
    assert "MAX_ATTEMPTS=1" in caplog.text


def test_what_means_nothing_in_a_description_of_an_engine_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    described = EmbeddedHatchetConfig(binary_path="/opt/hatchet", database_url="postgres://x", start_api=False)
    with caplog.at_level(logging.WARNING, "hatchet"):
        config = ClientConfig(embedded=described)
    for name in ("binary_path", "database_url", "start_api"):
        assert f"{name} of EmbeddedHatchetConfig: " in caplog.text
    assert config.embedded == str(Path(".hatchet").absolute())


def test_a_folder_of_postgres_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "PG_VERSION").write_text("16")
    assert EmbeddedHatchetConfig(postgres_data_dir=str(tmp_path)).folder() == str(tmp_path / "hatchet")


def test_what_has_a_meaning_in_a_description_of_an_engine_is_used_and_not_warned_of(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    described = EmbeddedHatchetConfig(
        postgres_data_dir=str(tmp_path), grpc_port=1, api_port=65535, log_level="info", ready_timeout_seconds=0.5
    )
    with caplog.at_level(logging.WARNING, "hatchet"):
        config = ClientConfig(embedded=described)
    assert caplog.messages == []
    assert config.embedded == str(tmp_path)
    assert config.embedded_start == (1, 65535, "INFO", 0.5)


def test_how_an_engine_starts_is_read_from_the_environment_where_nothing_is_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert ClientConfig(embedded="memory").embedded_start == (0, 0, "", 10.0)
    for name, value in {
        "GRPC_PORT": "7",
        "API_PORT": "8",
        "LOG_LEVEL": "error",
        "READY_TIMEOUT_SECONDS": "120s",
    }.items():
        monkeypatch.setenv(f"HATCHET_CLIENT_EMBEDDED_{name}", value)
    assert ClientConfig(embedded="memory").embedded_start == (7, 8, "ERROR", 120.0)
    given = EmbeddedHatchetConfig(grpc_port=0, api_port=9, log_level="warning", ready_timeout_seconds=3)
    assert ClientConfig(embedded=given).embedded_start == (0, 9, "WARNING", 3.0)


@pytest.mark.parametrize("level", ["debug", "Info", "WARNING", "error", "critical"])
def test_every_level_of_the_log_is_taken(level: str) -> None:
    config = ClientConfig(embedded=EmbeddedHatchetConfig(log_level=level))
    assert config.embedded_start.log_level == level.upper()


REFUSED: list[tuple[str, object, str]] = [
    ("log_level", "loud", "'LOUD' is no level. Write one of DEBUG, INFO, WARNING, ERROR, CRITICAL."),
    ("grpc_port", 65536, "65536 is no port. Write 0 to 65535; 0 takes any free one."),
    ("api_port", 65536, "65536 is no port. Write 0 to 65535; 0 takes any free one."),
    ("api_port", -1, "-1 is no port. Write 0 to 65535; 0 takes any free one."),
    ("ready_timeout_seconds", 0, "0 is no number of seconds above 0. Write for example 5 or 0.5."),
    ("ready_timeout_seconds", float("inf"), "inf is no number of seconds above 0. Write for example 5 or 0.5."),
]


@pytest.mark.parametrize(("name", "value", "words"), REFUSED)
def test_what_cannot_be_is_refused(name: str, value: object, words: str) -> None:
    given: dict[str, Any] = {name: value}  # Any: what no checker lets pass
    with pytest.raises(ConfigError) as raised:
        ClientConfig(embedded=EmbeddedHatchetConfig(**given))
    source = "an argument of EmbeddedHatchetConfig"
    assert str(raised.value) == f"HATCHET_CLIENT_EMBEDDED_{name.upper()} (from {source}): {words}"


@pytest.mark.parametrize(("name", "value", "words"), REFUSED[:3])
def test_so_is_what_stands_in_the_environment(
    name: str, value: object, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable := f"HATCHET_CLIENT_EMBEDDED_{name.upper()}", str(value))
    with pytest.raises(ConfigError) as raised:
        ClientConfig(embedded="memory")
    assert str(raised.value) == f"{variable} (from the environment): {words}"


@pytest.mark.parametrize("wrapped", [False, True])
def test_an_engine_starts_from_its_description(tmp_path: Path, wrapped: bool) -> None:
    folder = tmp_path / "data"
    described = EmbeddedHatchetConfig(postgres_data_dir=str(folder), log_level="error", ready_timeout_seconds=30)
    client = Hatchet.from_embedded(config=ClientConfig(embedded=described) if wrapped else described)
    try:
        assert client.get_engine_version()
        assert any(folder.iterdir())
    finally:
        client.stop_embedded()
        logging.getLogger("hatchet.engine").setLevel(logging.NOTSET)


def test_what_is_said_of_spans_is_taken_and_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "hatchet"):
        Hatchet(ClientConfig(token=offline.token(), otel=OpenTelemetryConfig()))
        assert not caplog.records
        wanted = OpenTelemetryConfig(excluded_attributes=["payload"], individual_run_spans_for_bulk_run=True)
        Hatchet(ClientConfig(token=offline.token(), otel=wanted))
        Hatchet(ClientConfig(token=offline.token(), otel=wanted))
    [record] = caplog.records
    for name in ("excluded_attributes", "individual_run_spans_for_bulk_run"):
        assert f"{name} of OpenTelemetryConfig: hooks of the client" in record.getMessage()
