"""What several scenarios need."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

import httpx

from hatchet import Hatchet, NotFound
from hatchet_api.rest import errors

Heard = Callable[..., None]
P = ParamSpec("P")
T = TypeVar("T")


class Api:
    """Operations of the REST side that no feature client of ours has, as the generated code has them."""

    def __init__(self, hatchet: Hatchet) -> None:
        self.tenant: str = hatchet.tenant_id
        self.http = httpx.Client(
            base_url=hatchet.config.server_url, headers={"Authorization": f"Bearer {hatchet.config.token}"}
        )

    def __call__(self, operation: Callable[Concatenate[httpx.Client, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run one of the generated functions."""
        return operation(self.http, *args, **kwargs)


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
