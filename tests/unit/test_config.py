"""Settings: where they come from, which wins, and what is said about a wrong one."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hatchet import (
    ClientClosed,
    ClientConfig,
    ClientTLSConfig,
    ConfigError,
    Context,
    Hatchet,
    HealthcheckConfig,
    TenacityConfig,
    TlsStrategy,
)
from tests.unit import offline

CLAIMS = {"sub": "tenant", "server_url": "https://api.example", "grpc_broadcast_address": "grpc.example:443"}


def token(**claims: Any) -> str:
    return offline.token(**{**CLAIMS, **claims})


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_token_says_where_the_engine_is() -> None:
    config = ClientConfig(token=token())
    assert (config.tenant_id, config.server_url, config.host_port) == (
        "tenant", "https://api.example", "grpc.example:443",
    )  # fmt: skip
    assert config.tls_config.strategy is TlsStrategy.TLS
    assert config.tls_server_name == "grpc.example"


def test_arguments_beat_the_environment_which_beats_dotenv_files_which_beat_the_token(
    empty_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (empty_folder / ".env").write_text(f"HATCHET_CLIENT_TOKEN={token()}\nHATCHET_CLIENT_HOST_PORT=dotenv:1\n")
    assert ClientConfig().host_port == "dotenv:1"
    (empty_folder / ".env.local").write_text("HATCHET_CLIENT_HOST_PORT=local:2\n")
    assert ClientConfig().host_port == "local:2"
    monkeypatch.setenv("HATCHET_CLIENT_HOST_PORT", "environment:3")
    assert ClientConfig().host_port == "environment:3"
    assert ClientConfig(host_port="argument:4").host_port == "argument:4"


def test_a_namespace_is_lowered_and_put_in_front_once() -> None:
    config = ClientConfig(token=token(), namespace="Team")
    assert config.namespace == "team_"
    assert config.apply_namespace("task") == "team_task"
    assert config.apply_namespace("team_task") == "team_task"
    assert config.apply_namespace("") == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"token": "nonsense"}, ["HATCHET_CLIENT_TOKEN", "an argument of ClientConfig", "not an API token"]),
        ({"token": "ey.!!!.x"}, ["HATCHET_CLIENT_TOKEN", "cannot be decoded"]),
        ({"token": token(sub="")}, ["HATCHET_CLIENT_TOKEN", "lacks one of the claims"]),
        ({"token": token(exp=time.time() - 60)}, ["HATCHET_CLIENT_TOKEN", "expired on 20"]),
        ({"token": token(), "host_port": "nowhere"}, ["HATCHET_CLIENT_HOST_PORT", "'nowhere'", "host:port"]),
        ({"token": token(), "server_url": "ftp://x"}, ["HATCHET_CLIENT_SERVER_URL", "no URL"]),
        ({"token": token(), "grpc_max_send_message_length": 0}, ["GRPC_MAX_SEND_MESSAGE_LENGTH", "too small"]),
        ({"token": token(), "tls_config": ClientTLSConfig(strategy="ssl")}, ["TLS_STRATEGY", "'ssl'", "none, tls"]),
        ({"token": token(), "tls_config": ClientTLSConfig(strategy="mtls")}, ["TLS_CERT_FILE", "mtls needs"]),
        ({"token": token(), "tls_config": ClientTLSConfig(root_ca_file="/no.pem")}, ["/no.pem", "cannot be read"]),
        ({"token": token(), "tokn": "x"}, ["tokn", "no such setting", "Did you mean token"]),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else None,
)  # fmt: skip
def test_a_wrong_setting_is_named_with_its_source_and_the_remedy(arguments: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        ClientConfig(**arguments)
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("TOKEN", "nonsense", ["HATCHET_CLIENT_TOKEN", "the environment"]),
        ("TLS_STRATEGY", "ssl", ["TLS_STRATEGY", "the environment"]),
        ("DEBUG", "maybe", ["HATCHET_CLIENT_DEBUG", "neither true nor false"]),
        ("GRPC_MAX_RECV_MESSAGE_LENGTH", "4MB", ["not a whole number"]),
        ("WORKER_PRESET_LABELS", "[1]", ["not a JSON object"]),
        ("TOKKEN", "x", ["there is no such setting", "HATCHET_CLIENT_TOKEN"]),
    ],
)
def test_a_wrong_variable_is_named(
    variable: str, value: str, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HATCHET_CLIENT_TOKEN", token())
    monkeypatch.setenv(f"HATCHET_CLIENT_{variable}", value)
    hatchet = Hatchet()  # which a module makes: what is wrong is told when it is needed
    with pytest.raises(ConfigError) as caught:
        _ = hatchet.config
    for word in words:
        assert word in str(caught.value)


def test_a_file_that_is_no_certificate_is_refused_at_construction(empty_folder: Path) -> None:
    path = empty_folder / "ca.pem"
    path.write_text("hello")
    with pytest.raises(ConfigError, match="holds no PEM certificate"):
        ClientConfig(token=token(), tls_config=ClientTLSConfig(root_ca_file=str(path)))


def test_variables_of_other_clients_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HATCHET_CLIENT_TENACITY_MAX_ATTEMPTS", "7")
    monkeypatch.setenv("HATCHET_CLIENT_LOG_QUEUE_SIZE", "10")
    assert ClientConfig(token=token()).token


def test_flags_and_labels_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HATCHET_CLIENT_FORCE_SHUTDOWN_ON_SHUTDOWN_SIGNAL", "true")
    monkeypatch.setenv("HATCHET_CLIENT_WORKER_PRESET_LABELS", '{"zone": "north"}')
    config = ClientConfig(token=token())
    assert config.force_shutdown_on_shutdown_signal is True
    assert config.worker_preset_labels == {"zone": "north"}


def test_the_token_is_not_shown() -> None:
    assert token() not in repr(ClientConfig(token=token()))


def test_a_token_file_is_read_again_when_it_holds_another_token(empty_folder: Path) -> None:
    file = empty_folder / "token"
    file.write_text(token(n=1) + "\n")
    config = ClientConfig(token_file=str(file))
    assert config.token == token(n=1)
    assert not config.credential.refused(config.credential.current)
    file.write_text(token(n=2))
    assert config.credential.refused(config.credential.current)
    assert config.token == token(n=2)
    file.unlink()
    assert not config.credential.refused(config.credential.current)


def test_a_token_file_that_is_missing_is_named(empty_folder: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere/token cannot be read"):
        ClientConfig(token_file=str(empty_folder / "nowhere" / "token"))


def test_the_health_server_is_set_by_argument_or_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HATCHET_CLIENT_WORKER_HEALTHCHECK_ENABLED", "true")
    monkeypatch.setenv("HATCHET_CLIENT_WORKER_HEALTHCHECK_BIND_ADDRESS", "none")
    monkeypatch.setenv("HATCHET_CLIENT_WORKER_HEALTHCHECK_EVENT_LOOP_BLOCK_THRESHOLD_SECONDS", "2.5s")
    monkeypatch.setenv("HATCHET_CLIENT_TENACITY_MAX_ATTEMPTS", "3")
    config = ClientConfig(token=token())
    assert config.healthcheck.enabled
    assert config.healthcheck.bind_address is None
    assert config.healthcheck.block_threshold == 2.5
    assert config.tenacity.max_attempts == 3
    given = ClientConfig(token=token(), healthcheck=HealthcheckConfig(port=9), tenacity=TenacityConfig(max_attempts=1))
    assert (given.healthcheck.port, given.healthcheck.enabled, given.tenacity.max_attempts) == (9, False, 1)
    monkeypatch.setenv("HATCHET_CLIENT_WORKER_HEALTHCHECK_EVENT_LOOP_BLOCK_THRESHOLD_SECONDS", "soon")
    with pytest.raises(ConfigError, match="no number of seconds above 0"):
        ClientConfig(token=token())


ABOVE = "Write a number above 0."
SECONDS = "Write for example 5 or 0.5."
PORT = "Write 0 to 65535; 0 takes any free one."
HEALTH, BLOCK = "worker_healthcheck_", "event_loop_block_threshold_seconds"


@pytest.mark.parametrize(
    ("setting", "part", "words"),
    [
        ("tenacity_max_attempts", TenacityConfig(max_attempts=0), f"0 is too small. {ABOVE}"),
        (f"{HEALTH}port", HealthcheckConfig(port=-1), f"-1 is no port. {PORT}"),
        (f"{HEALTH}port", HealthcheckConfig(port=65536), f"65536 is no port. {PORT}"),
        (f"{HEALTH}port", HealthcheckConfig(port=1.5), f"1.5 is not a whole number. {PORT}"),  # type: ignore[arg-type]  # wrong on purpose
        (f"{HEALTH}{BLOCK}", HealthcheckConfig(event_loop_block_threshold_seconds=0), f"0.0 {{}}. {SECONDS}"),
        (f"{HEALTH}{BLOCK}", HealthcheckConfig(event_loop_block_threshold_seconds=-1), f"-1.0 {{}}. {SECONDS}"),
    ],
)
def test_a_wrong_value_of_a_part_is_named_with_the_part(
    setting: str, part: HealthcheckConfig | TenacityConfig, words: str
) -> None:
    given: dict[str, Any] = {"tenacity" if isinstance(part, TenacityConfig) else "healthcheck": part}
    with pytest.raises(ConfigError) as raised:
        ClientConfig(token=token(), **given)
    said = words.format("is no number of seconds above 0")
    name = f"HATCHET_CLIENT_{setting.upper()}"
    assert str(raised.value) == f"{name} (from an argument of {type(part).__name__}): {said}"


def test_a_part_is_kept_as_it_is_and_its_values_come_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PORT", "ENABLED", "EVENT_LOOP_BLOCK_THRESHOLD_SECONDS"):
        monkeypatch.setenv(f"HATCHET_CLIENT_WORKER_HEALTHCHECK_{name}", "wrong")
    monkeypatch.setenv("HATCHET_CLIENT_TENACITY_MAX_ATTEMPTS", "wrong")
    health = HealthcheckConfig(bind_address=None, event_loop_block_threshold_seconds=timedelta(microseconds=10))
    tries = TenacityConfig(max_attempts=1, retry_not_found=True)
    config = ClientConfig(token=token(), healthcheck=health, tenacity=tries)
    assert config.healthcheck is health
    assert config.tenacity is tries


@pytest.mark.parametrize(("text", "port"), [("0", 0), ("1", 1), ("65535", 65535), ("", 8001)])
def test_any_port_may_be_asked_for_in_the_environment(monkeypatch: pytest.MonkeyPatch, text: str, port: int) -> None:
    monkeypatch.setenv("HATCHET_CLIENT_WORKER_HEALTHCHECK_PORT", text)
    assert ClientConfig(token=token()).healthcheck.port == port


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("-1", "-1 is no port"), ("65536", "65536 is no port"), ("http", "'http' is not a whole number"),
        ("1.0", "'1.0' is not a whole number"),
    ],
)  # fmt: skip
def test_what_is_no_port_in_the_environment_is_refused(monkeypatch: pytest.MonkeyPatch, text: str, words: str) -> None:
    monkeypatch.setenv("HATCHET_CLIENT_WORKER_HEALTHCHECK_PORT", text)
    with pytest.raises(ConfigError) as raised:
        ClientConfig(token=token())
    assert str(raised.value) == f"HATCHET_CLIENT_WORKER_HEALTHCHECK_PORT (from the environment): {words}. {PORT}"


@pytest.mark.parametrize("given", [0, 0.0, -1, float("inf"), float("nan"), True, "", "0", "0.0s", "-1", "5m", "1e3"])
def test_what_is_no_length_of_time_is_refused(given: Any) -> None:
    with pytest.raises(ConfigError) as raised:
        ClientConfig(token=token(), request_timeout=given)
    said = f"{given!r} is no number of seconds above 0. {SECONDS}"
    assert str(raised.value) == f"HATCHET_CLIENT_REQUEST_TIMEOUT (from an argument of ClientConfig): {said}"


@pytest.mark.parametrize(
    ("given", "seconds"), [("2.5", 2.5), (0.05, 0.05), (1e-05, 1e-05), (3, 3.0), ("45s", 45.0), (" 7 ", 7.0)]
)
def test_a_length_of_time_may_be_part_of_a_second(given: Any, seconds: float) -> None:
    assert ClientConfig(token=token(), request_timeout=given).request_timeout == seconds


@pytest.mark.parametrize("given", [2.5, float("inf"), float("nan"), "2.5"])
def test_a_number_of_things_is_whole(given: Any) -> None:
    with pytest.raises(ConfigError, match=r"(?i)log_queue_size.*is not a whole number"):
        ClientConfig(token=token(), log_queue_size=given)
    assert ClientConfig(token=token(), log_queue_size=20.0).log_queue_size == 20  # type: ignore[arg-type]  # as JSON has it


def remote(host: str, **settings: Any) -> ClientConfig:
    """A client that sends everything to a host without encryption."""
    known = token(grpc_broadcast_address=f"{host}:7070", server_url=f"http://{host}:8080")
    return ClientConfig(token=known, tls_config=ClientTLSConfig(strategy="none"), **settings)


def test_a_plain_connection_is_warned_of_once_by_name(caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(3):
        remote("warned.example")
    (record,) = caplog.records
    assert record.name == "hatchet"
    assert "warned.example" in record.getMessage()
    remote("another.example")
    assert "another.example" in caplog.text
    caplog.clear()
    ClientConfig(
        token=token(grpc_broadcast_address="mixed.example:1", server_url="https://api.example"),
        tls_config=ClientTLSConfig(strategy="none"),
    )
    assert ["mixed.example" in each.getMessage() for each in caplog.records] == [True]


def test_neither_loopback_nor_tls_nor_what_is_meant_is_warned_of(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for host in ("localhost", "127.0.0.2", "[::1]"):
        remote(host)
    ClientConfig(token=token())
    remote("meant.example", allow_plaintext=True)
    monkeypatch.setenv("HATCHET_CLIENT_ALLOW_PLAINTEXT", "true")
    remote("meant-too.example")
    assert caplog.records == []


@pytest.mark.parametrize("url", ["http://api.example", "HTTP://api.example:8080/", "http://10.0.0.1"])
def test_rest_in_clear_beside_grpc_over_tls_is_refused_unless_it_is_asked_for(url: str) -> None:
    with pytest.raises(ConfigError, match=r"HATCHET_CLIENT_SERVER_URL \(from the token\).*unencrypted") as raised:
        ClientConfig(token=token(server_url=url))
    assert "HATCHET_CLIENT_ALLOW_PLAINTEXT=true" in str(raised.value)
    with pytest.raises(ConfigError, match=r"HATCHET_CLIENT_SERVER_URL \(from an argument of ClientConfig\)"):
        ClientConfig(token=token(), server_url=url)
    assert ClientConfig(token=token(server_url=url), allow_plaintext=True).server_url.startswith("http://")
    assert ClientConfig(token=token(server_url="http://localhost:8080")).server_url == "http://localhost:8080"


def test_where_an_address_came_from_is_known(empty_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def places(**given: Any) -> tuple[str, str, str]:
        config = ClientConfig(**given)
        return config.came_from("host_port"), config.came_from("server_url"), config.came_from("tls_strategy")

    assert places(token=token()) == ("the token", "the token", "the default")
    (empty_folder / ".env").write_text(f"HATCHET_CLIENT_TOKEN={token()}\nHATCHET_CLIENT_HOST_PORT=dotenv:1\n")
    monkeypatch.setenv("HATCHET_CLIENT_TLS_STRATEGY", "tls")
    assert places() == ("the file .env", "the token", "the environment")
    given = {"host_port": "a:1", "tls_config": ClientTLSConfig()}
    assert places(**given) == ("an argument of ClientConfig", "the token", "an argument of ClientConfig")


@pytest.mark.parametrize(
    ("host_port", "endpoint"),
    [
        ("engine:7070", ("engine", 7070)),
        ("[::1]:7070", ("::1", 7070)),
        ("dns:///engine:7070", ("engine", 7070)),
        ("ipv4:127.0.0.1:7070", ("127.0.0.1", 7070)),
    ],
)
def test_an_address_is_taken_apart(host_port: str, endpoint: tuple[str, int]) -> None:
    config = ClientConfig(token=token(), host_port=host_port)
    assert config.grpc_endpoint == endpoint
    assert config.tls_server_name == endpoint[0]


@pytest.mark.parametrize(
    "address",
    [
        "engine", ":7070", "engine:", "engine:port", "engine:0", "engine:65536", "engine:-1", "engine:7070.5",
        "engine:+7070", "engine: 7070", "engine:٧", "http://engine",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ConfigError, match=r"is no address.*Write host:port"):
        ClientConfig(token=token(), host_port=address)


@pytest.mark.parametrize("port", ["1", "7070", "65535"])
def test_every_port_there_is_may_be_written(port: str) -> None:
    assert ClientConfig(token=token(), host_port=f"engine:{port}").grpc_endpoint == ("engine", int(port))


@pytest.mark.parametrize(
    "url",
    [
        "engine", "engine:8080", "//engine", "ftp://engine", "http://", "http://:8080", "http://engine:port",
        "http://engine:0", "http://engine:65536", "http://[::1", "grpc://engine:7070",
    ],
)  # fmt: skip
def test_what_is_no_url_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match=r"is no URL.*Write http://host:port"):
        ClientConfig(token=token(), server_url=url)


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://engine", "https://engine"), ("http://engine:1/", "http://engine:1"),
        ("https://engine:65535/a_/", "https://engine:65535/a_"), ("https://engine/a/b//", "https://engine/a/b"),
    ],
)  # fmt: skip
def test_a_url_is_kept_without_the_slashes_at_its_end(url: str, kept: str) -> None:
    assert ClientConfig(token=token(), server_url=url, allow_plaintext=True).server_url == kept


def test_an_unknown_argument_is_refused_with_the_names_that_there_are() -> None:
    wrong: dict[str, Any] = {"zzz": 1}
    with pytest.raises(ConfigError) as raised:
        ClientConfig(**wrong)
    said, _, names = str(raised.value).partition("Known are: ")
    assert said == "zzz (from an argument of ClientConfig): there is no such setting. "
    declared = list(inspect.signature(ClientConfig).parameters)
    assert declared.pop() == "unknown"
    assert names == f"{', '.join(declared)}."


def test_a_user_and_password_in_the_url_are_refused_and_not_shown() -> None:
    with pytest.raises(ConfigError, match="it holds a user or a password") as raised:
        ClientConfig(token=token(), server_url="https://ada:s3cret@api.example")
    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize("given", [None, {}, {"namespace": "shop", "debug": False}])
def test_a_token_that_is_nowhere_is_missed_when_it_is_needed(given: dict[str, Any] | None) -> None:
    hatchet = Hatchet() if given is None else Hatchet(ClientConfig(**given))

    @hatchet.task()
    def greet(input: str, ctx: Context) -> str:
        return input

    uses: list[Callable[[], object]] = [
        lambda: greet.run("a"),
        lambda: hatchet.runs.list(),
        lambda: hatchet.worker("w", workflows=[greet]).start_in_background(),
        lambda: hatchet.config.token,
        lambda: hatchet.tenant_id,
        lambda: hatchet.config.host_port,
        hatchet.get_engine_version,
        hatchet.__enter__,
        lambda: greet.run("a"),
    ]
    for use in uses:
        with pytest.raises(ConfigError) as caught:
            use()
        for word in ("HATCHET_CLIENT_TOKEN", "no API token", "from_embedded", "hatchet-py dev"):
            assert word in str(caught.value)


@pytest.mark.parametrize("name", ["host_port", "server_url", "token", "tenant_id"])
def test_what_only_a_token_tells_is_not_made_up_without_one(name: str) -> None:
    """Each setting is asked of a new client: what one of them finds out is no help to another."""
    config = ClientConfig()
    for _ in range(2):
        with pytest.raises(ConfigError, match=r"HATCHET_CLIENT_TOKEN.*no API token"):
            getattr(config, name)
    assert getattr(ClientConfig(token=token()), name)
    assert isinstance(getattr(ClientConfig(embedded="memory"), name), str)


def test_settings_are_read_when_they_are_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    hatchet = Hatchet()
    monkeypatch.setenv("HATCHET_CLIENT_TOKEN", token())
    monkeypatch.setenv("HATCHET_CLIENT_NAMESPACE", "late")
    assert hatchet.namespace == "late_"
    monkeypatch.setenv("HATCHET_CLIENT_NAMESPACE", "later")
    assert hatchet.namespace == "late_"


def test_what_was_given_and_is_wrong_is_told_at_once() -> None:
    with pytest.raises(ConfigError, match="not an API token"):
        Hatchet(ClientConfig(token="nonsense"))
    with pytest.raises(ConfigError, match="no such setting"):
        Hatchet(ClientConfig(tokn="x"))


def test_a_client_that_was_closed_before_its_first_use_is_closed() -> None:
    hatchet = Hatchet()
    hatchet.close()
    hatchet.stop_embedded()
    with pytest.raises(ClientClosed):
        hatchet.get_engine_version()
