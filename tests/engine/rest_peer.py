"""A client of the REST side that checks every answer against the generated models."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import TypeVar

import httpx
from pydantic import TypeAdapter

from hatchet.engine import Endpoint
from hatchet_api.rest import models
from hatchet_api.rest.base import Model
from tests.engine.peer import Peer

M = TypeVar("M", bound=Model)
Query = Mapping[str, str | Sequence[str]]
STABLE = "/api/v1/stable/tenants/{tenant}"


PAUSE = {
    "pause": {
        "action": "pause",
        "pausedWorkflowCronRunQueueBehavior": "DROP",
        "pausedWorkflowScheduledRunQueueBehavior": "DROP",
        "pausedWorkflowQueueTTL": "24h",
    }
}
UNPAUSE = {"pause": {"action": "unpause"}}


def asking(endpoint: Endpoint, headers: Mapping[str, str] | None = None) -> httpx.AsyncClient:
    """A client with the engine's token, or other headers. It has no TLS: reading whom it would trust takes 25 ms."""
    if headers is None:
        headers = {"Authorization": f"Bearer {endpoint.token}"}
    return httpx.AsyncClient(base_url=endpoint.server_url, headers=headers, verify=False)


class Rest:
    """A client of the REST side that checks every answer against the model it should have."""

    def __init__(self, peer: Peer) -> None:
        self.tenant = peer.endpoint.tenant_id
        self.http = asking(peer.endpoint)

    async def json(self, path: str, query: Query | None = None) -> object:
        """Read something as it comes."""
        answer = await self.http.get(path.format(tenant=self.tenant), params=query)
        assert answer.status_code == 200, answer.text
        value: object = answer.json()
        return value

    async def get(self, model: type[M], path: str, query: Query | None = None) -> M:
        """Read something."""
        return checked(model, await self.json(path, query))

    async def post(self, model: type[M], path: str, body: object) -> M:
        """Send something."""
        answer = await self.http.post(path.format(tenant=self.tenant), json=body)
        assert answer.status_code == 200, answer.text
        return checked(model, answer.json())

    async def patch(self, model: type[M], path: str, body: object) -> M:
        """Change something."""
        answer = await self.http.patch(path.format(tenant=self.tenant), json=body)
        assert answer.status_code == 200, answer.text
        return checked(model, answer.json())

    async def send(self, method: str, path: str, body: object = None, query: Query | None = None) -> httpx.Response:
        """Send something whose answer the test looks at itself."""
        url = path.format(tenant=self.tenant)
        if body is None:
            return await self.http.request(method, url, params=query)
        return await self.http.request(method, url, params=query, json=body)

    async def refused(
        self, status: int, method: str, path: str, body: object = None, query: Query | None = None
    ) -> str:
        """What is said to a request that must be refused."""
        answer = await self.send(method, path, body, query)
        assert answer.status_code == status, answer.text
        return checked(models.APIErrors, answer.json()).errors[0].description

    async def runs(self, **query: str | Sequence[str]) -> list[models.V1TaskSummary]:
        """The rows of a list of runs."""
        since = (datetime.now(timezone.utc) - timedelta(days=1)).isoformat()
        full = {"since": since, "only_tasks": "false", **query}
        return (await self.get(models.V1TaskSummaryList, f"{STABLE}/workflow-runs", full)).rows


def checked(model: type[M], value: object) -> M:
    """The model of a JSON value; every key must be one that the model knows."""
    found = TypeAdapter(model).validate_python(value)
    assert _keys(json.loads(found.model_dump_json(by_alias=True, exclude_unset=True))) == _keys(value)
    return found


def _keys(value: object) -> object:
    if isinstance(value, dict):
        return {key: _keys(item) for key, item in value.items()}
    return [_keys(item) for item in value] if isinstance(value, list) else None
