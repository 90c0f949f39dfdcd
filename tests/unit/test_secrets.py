"""No token, password or secret is shown: not by what `repr` gives, not in errors, not in logs."""

from __future__ import annotations

import importlib
import logging
import pkgutil
import traceback
from collections.abc import Generator, Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pydantic import BaseModel

import hatchet_api.rest.models
from hatchet import ApiError, ClientConfig, ClientTLSConfig, ConfigError, Context, EmptyModel, Hatchet
from hatchet.engine import Endpoint
from tests.reach import served
from tests.unit.offline import token

SECRET = "s3cret-Pa55"
NAMES = ("token", "secret", "password", "api_key")


@pytest.fixture
def engine() -> Generator[Hatchet, None, None]:
    with served() as hatchet:
        yield hatchet


def reachable(root: object, seen: set[int]) -> Iterator[object]:
    """An object of this project and all of its that it holds, through attributes and containers."""
    if id(root) in seen:
        return
    seen.add(id(root))
    if type(root).__module__.partition(".")[0] in ("hatchet", "hatchet_api") and not isinstance(root, type):
        yield root
        held = [*getattr(root, "__dict__", {}).values()]
        held += [getattr(root, name, None) for name in getattr(type(root), "__slots__", ())]
    elif isinstance(root, dict):
        held = [*root.values()]
    elif isinstance(root, list | tuple | set | frozenset):
        held = [*root]
    else:
        return
    for each in held:
        yield from reachable(each, seen)


def test_nothing_that_a_client_a_worker_or_the_engine_holds_shows_the_token(tmp_path: Path) -> None:
    engine = Hatchet.from_embedded(tmp_path)

    @engine.task()
    def answer(input: EmptyModel, ctx: Context) -> int:
        return 42

    worker = engine.worker("w", workflows=[answer])
    with worker:
        assert answer.run() == 42
        assert len(engine.runs.list(limit=1).rows) == 1
        objects = [*reachable([engine, worker], set())]
    names = {type(each).__name__ for each in objects}
    assert {
        "Hatchet",
        "ClientConfig",
        "Worker",
        "Local",
        "EmbeddedEngine",
        "Endpoint",
        "Auth",
        "HttpSession",
        "Gateway",
    } <= names
    for each in objects:
        assert engine.config.token not in repr(each), type(each)
        assert engine.config.token.rpartition(".")[2] not in repr(each), type(each)
    engine.stop_embedded()


@pytest.mark.parametrize("call", ["grpc", "rest"])
def test_neither_an_error_nor_a_log_line_shows_the_token(
    engine: Hatchet, call: str, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = token(sub=engine.config.tenant_id) + SECRET
    config = ClientConfig(
        token=wrong,
        host_port=engine.config.host_port,
        server_url=engine.config.server_url,
        tls_config=ClientTLSConfig(strategy="none"),
    )
    client = Hatchet(config)
    with caplog.at_level(logging.DEBUG), pytest.raises(ApiError) as raised:
        client.get_engine_version() if call == "grpc" else client.workers.list()
    client.io.block(client.gateway.close())
    shown = "".join(traceback.format_exception(raised.value)) + repr(raised.value) + caplog.text
    assert SECRET not in shown


@pytest.mark.parametrize("value", [f"nonsense-{SECRET}", f"ey.{SECRET}.x", f"{token(exp=1)}{SECRET}"])
def test_a_token_that_is_wrong_is_not_shown_either(value: str) -> None:
    with pytest.raises(ConfigError) as raised:
        ClientConfig(token=value)
    assert SECRET not in "".join(traceback.format_exception(raised.value))


def modules(package: ModuleType) -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not found.name.endswith("__main__"):
            yield importlib.import_module(found.name)


def secrets_of(names: Iterator[str]) -> list[str]:
    return [name for name in names if name.endswith(NAMES)]


def test_no_dataclass_of_this_project_shows_what_is_secret() -> None:
    import hatchet

    found: set[str] = set()
    for module in modules(hatchet):
        for value in vars(module).values():
            if isinstance(value, type) and is_dataclass(value):
                shown = [each.name for each in fields(value) if each.repr]
                assert not secrets_of(iter(shown)), value
                if secrets_of(each.name for each in fields(value)):
                    found.add(value.__name__)
    assert {"Endpoint", "Auth", "Webhook", "Proxy"} <= found
    assert SECRET not in repr(Endpoint(SECRET, "tenant", "127.0.0.1:1", "http://127.0.0.1:2", 1))


def test_no_model_of_the_rest_api_shows_what_is_secret() -> None:
    found: set[str] = set()
    for module in modules(hatchet_api.rest.models):
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, BaseModel):
                names = [name for name in secrets_of(iter(value.model_fields)) if not name.startswith("allow_")]
                given: dict[str, Any] = dict.fromkeys(names, SECRET)
                filled = value.model_construct(None, **given)
                assert SECRET not in repr(filled) + str(filled), value
                if names:
                    found.add(value.__name__)
                    assert [getattr(filled, name) for name in names] == [SECRET] * len(names)
    assert {"V1WebhookBasicAuth", "V1WebhookHMACAuth", "V1WebhookAPIKeyAuth", "CreateAPITokenResponse"} <= found


def test_no_call_over_rest_shows_its_body() -> None:
    from hatchet_api.rest.runtime import Body

    assert SECRET not in repr(Body(content=SECRET.encode())) + repr(Body(parts=(("password", SECRET),)))
