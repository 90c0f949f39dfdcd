"""A call for many things that fails on its way says what those before have done, and what may have been done."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from hatchet import BulkCancelReplayOpts, Hatchet, TenacityConfig
from hatchet.errors import ApiError
from hatchet.transport.connection import App, Scope
from hatchet_api.calls import CallError, Channel, StatusCode
from hatchet_api.rest.models import ScheduledRunStatus
from tests.unit.offline import offline
from tests.unit.scripted import ScriptedEngine

TENANT = "707d0855-80ab-4e1f-a156-f1c4546cbf52"


def identity(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


async def unknown(request: Any, context: Any) -> Any:
    raise CallError(StatusCode.NOT_FOUND, "no such run")


class Refusing:
    """The REST side of an engine that answers some requests of a kind, and refuses the next.

    Args:
        path: the end of the path of those that are counted.
        good: how many are answered.
        status: how the next is refused.
        answer: what to say, from the body of the request.
    """

    def __init__(self, path: str, good: int, status: int, answer: Callable[[Any], Any], listed: int = 0) -> None:
        self._path = path
        self._status = status
        self._grpc = ScriptedEngine(get_run_details=unknown)
        self._good = good
        self._answer = answer
        self._listed = listed
        self.asked = 0

    def connect(self, message_limit: int) -> Channel:
        """Its side for gRPC knows nothing."""
        return self._grpc.connect(message_limit)

    def history(self, task_run_id: str) -> list[str] | None:
        """It tells of none."""
        return None

    def rest_app(self) -> App:
        """Its REST side."""
        return self._serve

    async def _serve(
        self, scope: Scope, receive: Callable[[], Awaitable[Scope]], send: Callable[[Scope], Awaitable[None]]
    ) -> None:
        body = json.loads((await receive()).get("body") or b"null")
        status, answer = 200, self._list(scope)
        if scope["path"].endswith(self._path):
            self.asked += 1
            status, answer = (200, self._answer(body)) if self.asked <= self._good else (self._status, REFUSED)
        await send(
            {"type": "http.response.start", "status": status, "headers": [(b"content-type", b"application/json")]}
        )
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()})

    def _list(self, scope: Scope) -> Any:
        query = dict(part.split("=", 1) for part in scope["query_string"].decode().split("&") if "=" in part)
        first, limit = int(query.get("offset", 0)), int(query.get("limit", 50))
        rows = [scheduled(number) for number in range(first, min(first + limit, self._listed))]
        return {"rows": rows, "pagination": {}}

    def client(self) -> Hatchet:
        """A client of it."""
        hatchet = offline()
        hatchet.config.tenant_id, hatchet.config.tenacity = TENANT, TenacityConfig(max_attempts=1)
        hatchet.gateway.local = hatchet._rest._local = self
        return hatchet


REFUSED = {"errors": [{"description": "no more"}]}


def scheduled(number: int) -> dict[str, Any]:
    moment = "2026-01-01T00:00:00Z"
    return {
        "metadata": {"id": identity(number), "createdAt": moment, "updatedAt": moment},
        "tenantId": TENANT,
        "workflowVersionId": identity(1),
        "workflowId": identity(2),
        "workflowName": "w",
        "triggerAt": moment,
        "method": "API",
    }


STATUSES = [(400, False), (500, True)]  # after which of them something may have been done


@pytest.mark.parametrize(("status", "in_doubt"), STATUSES)
@pytest.mark.parametrize("good", [0, 1, 2])
@pytest.mark.parametrize(("change", "most"), [("cancel", 500), ("replay", 100)])
async def test_of_runs(change: str, most: int, good: int, status: int, in_doubt: bool) -> None:
    engine = Refusing(f"/tasks/{change}", good, status, lambda body: {"ids": body["externalIds"][1:]})
    hatchet = engine.client()
    ids = [identity(number) for number in range(3 * most)]
    with pytest.raises(ApiError, match="no more") as raised:
        await getattr(hatchet.runs, f"aio_bulk_{change}")(BulkCancelReplayOpts(ids=ids))
    done = [each for start in range(0, good * most, most) for each in ids[start + 1 : start + most]]
    check(raised.value, done, 3 * most, most * in_doubt)
    assert engine.asked == good + 1


@pytest.mark.parametrize(("status", "in_doubt"), STATUSES)
@pytest.mark.parametrize("good", [0, 1, 2])
async def test_of_scheduled_runs_by_their_states(good: int, status: int, in_doubt: bool) -> None:
    engine = Refusing(
        "/scheduled/bulk-delete",
        good,
        status,
        lambda body: {"deletedIds": body["scheduledWorkflowRunIds"][2:], "errors": []},
        listed=1500,
    )
    with pytest.raises(ApiError, match="no more") as raised:
        await engine.client().scheduled.aio_bulk_delete(statuses=[ScheduledRunStatus.SCHEDULED])
    ids = [identity(number) for number in range(1500)]
    done = [each for start in range(0, good * 500, 500) for each in ids[start + 2 : start + 500]]
    check(raised.value, done, 1500, 500 * in_doubt)
    assert engine.asked == good + 1


def check(error: ApiError, done: list[str], total: int, uncertain: int) -> None:
    progress = error.progress
    assert progress is not None
    assert ([str(each) for each in progress.ids], progress.total, progress.uncertain) == (done, total, uncertain)
    assert (f"{len(done)} of {total} " in str(error)) == bool(done or uncertain)
    assert (f"and {uncertain} more may have been" in str(error)) == bool(uncertain)
