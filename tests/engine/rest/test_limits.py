"""How often the operations that the real engine limits may be asked for."""

from __future__ import annotations

import httpx
import pytest

from hatchet.engine.hub import Hub
from hatchet.engine.rest.app import application
from tests.engine.rest_peer import STABLE
from tests.engine.serverless import advance

TENANT = "/api/v1/tenants/{tenant}"
STATS, HOOKS = f"{TENANT}/task-stats", f"{STABLE}/webhooks"
TOO_MANY = {"message": "rate limit exceeded", "errors": [{"description": "rate limit exceeded"}]}


class Asking:
    """Asks an engine whose time stands still, from one address after another."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.app = application(hub)
        self.headers = {"Authorization": f"Bearer {hub.auth.issue('', '')}"}

    async def ask(self, method: str, path: str, count: int, host: str = "10.0.0.1") -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=self.app, client=(host, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://engine", headers=self.headers) as http:
            url = path.format(tenant=self.hub.tenant_id)
            return [await http.request(method, url, json={} if method == "POST" else None) for _ in range(count)]

    async def passed(self, method: str, path: str, count: int, host: str = "10.0.0.1") -> int:
        """How many of so many requests were not too many; webhooks are not there, and nothing else is wrong."""
        found = [answer.status_code for answer in await self.ask(method, path, count, host)]
        assert set(found) <= {404 if "/webhooks/" in path else 200, 429}
        return len(found) - found.count(429)


@pytest.mark.parametrize(
    ("method", "path", "at_once", "in_a_second"),
    [("GET", STATS, 10, 10), ("GET", f"{HOOKS}/a", 10, 10), ("POST", f"{HOOKS}/a", 100, 50)],
)
async def test_so_many_requests_are_taken_at_once_and_so_many_more_in_a_second(
    hub: Hub, method: str, path: str, at_once: int, in_a_second: int
) -> None:
    asking = Asking(hub)
    assert await asking.passed(method, path, at_once + 5) == at_once
    advance(hub, 0.5)
    assert await asking.passed(method, path, at_once) == in_a_second // 2
    advance(hub, 10)
    assert await asking.passed(method, path, at_once + 5) == at_once


async def test_each_address_and_operation_and_each_webhook_is_counted_by_itself(hub: Hub) -> None:
    asking = Asking(hub)
    assert await asking.passed("GET", STATS, 11) == 10
    assert await asking.passed("GET", STATS, 11, "10.0.0.2") == 10
    assert await asking.passed("GET", f"{HOOKS}/a", 11) == 10
    assert await asking.passed("GET", f"{HOOKS}/b", 1) == 0
    assert await asking.passed("POST", f"{HOOKS}/a", 101) == 100
    assert await asking.passed("POST", f"{HOOKS}/a", 1, "10.0.0.2") == 0
    assert await asking.passed("POST", f"{HOOKS}/b", 1) == 1


async def test_what_is_too_much_is_refused_as_the_real_engine_does_it(hub: Hub) -> None:
    asking = Asking(hub)
    assert [each.json() for each in (await asking.ask("GET", STATS, 11))[10:]] == [None]
    assert [each.json() for each in (await asking.ask("POST", f"{HOOKS}/a", 101))[100:]] == [TOO_MANY]


@pytest.mark.parametrize("path", [TENANT, HOOKS, f"{TENANT}/workflows"])
async def test_other_operations_have_no_limit(hub: Hub, path: str) -> None:
    assert await Asking(hub).passed("GET", path, 101) == 101
