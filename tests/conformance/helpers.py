"""What several scenarios need."""

from __future__ import annotations

import copy
import dataclasses
import threading
import time
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

import httpx

from hatchet import ClientConfig, Hatchet, NotFound
from hatchet.transport.connection import App, LocalEngine
from hatchet_api.calls import Channel
from hatchet_api.rest import errors
from tests.reach import Transport

Heard = Callable[..., None]
P = ParamSpec("P")
T = TypeVar("T")


class Api:
    """Operations of the REST side that no feature client of ours has, as the generated code has them."""

    def __init__(self, hatchet: Hatchet) -> None:
        self.tenant: str = hatchet.tenant_id
        self.transport = Transport(hatchet)
        self.http = httpx.Client(
            base_url=hatchet.config.route.server_url,
            headers={"Authorization": f"Bearer {hatchet.config.credential.current.text}"},
            transport=self.transport,
        )

    def __call__(self, operation: Callable[Concatenate[httpx.Client, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run one of the generated functions."""
        return operation(self.http, *args, **kwargs)


class NoRest:
    """An engine in this process whose REST side cannot be reached."""

    def __init__(self, engine: LocalEngine) -> None:
        self._engine = engine

    def connect(self, message_limit: int) -> Channel:
        """A channel to it."""
        return self._engine.connect(message_limit)

    def history(self, task_run_id: str) -> list[str] | None:
        """It tells of none."""
        return None

    def rest_app(self) -> App | None:
        """As after its end."""
        return None


def another(
    hatchet: Hatchet,
    *,
    host_port: str | None = None,
    server_url: str | None = None,
    namespace: str | None = None,
    max_attempts: int | None = None,
) -> Hatchet:
    """A second client with the same settings but for what is given."""
    own = hatchet.config
    tenacity = own.tenacity if max_attempts is None else dataclasses.replace(own.tenacity, max_attempts=max_attempts)
    if hatchet.gateway.local is not None and host_port is None:
        config = copy.copy(own)
        config.namespace = namespace or own.namespace
        config.tenacity = tenacity
        client = Hatchet(config)
        if server_url is not None:
            client._rest._local = NoRest(hatchet.gateway.local)
        return client
    return Hatchet(
        ClientConfig(
            token=own.token,
            tenant_id=own.tenant_id,
            host_port=host_port or own.host_port,
            server_url=server_url or own.server_url,
            namespace=namespace or own.namespace,
            tls_config=dataclasses.replace(own.tls_config, strategy="none"),
            tenacity=tenacity,
        )
    )


def eventually(read: Callable[[], T], good: Callable[[T], bool], seconds: float = 20) -> T:
    """What is read once it is as it should be: the real engine's REST side follows a few seconds behind."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            value = read()
            if good(value) or time.monotonic() > deadline:
                return value
        except (NotFound, errors.NotFound):
            if time.monotonic() > deadline:
                raise
        threading.Event().wait(0.1)
