"""An engine in the process that gives set answers over REST, and notes what it is asked for."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timezone
from typing import Any
from urllib.parse import parse_qsl

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

from hatchet import Hatchet
from hatchet.transport.connection import App, Scope
from hatchet_api.grpc import events_pb2, workflows_pb2
from hatchet_api.grpc.v1 import workflows_pb2 as v1_workflows_pb2
from tests.unit.scripted import Handler, ScriptedEngine

TIME = "2020-01-01T12:00:00+00:00"
LATELY = 40 * 86_400  # s; a time so near to now was counted from it
Json = dict[str, Any]


def id_of(number: int) -> str:
    """An id with a number that one sees."""
    return f"00000000-0000-4000-8000-{number:012d}"


def at(seconds: float) -> str:
    """A moment so many seconds after noon."""
    return datetime.fromtimestamp(datetime.fromisoformat(TIME).timestamp() + seconds, timezone.utc).isoformat()


def meta(number: int) -> Json:
    """The part of an object that has its id."""
    return {"id": id_of(number), "createdAt": TIME, "updatedAt": at(60)}


def task(number: int, name: str, **given: Any) -> Json:
    """A task run, or a run in a list."""
    return {
        "metadata": meta(number), "createdAt": TIME, "displayName": f"{name}-{number}", "input": {},
        "numSpawnedChildren": 0, "output": None, "status": "COMPLETED", "taskExternalId": id_of(number),
        "taskId": number, "taskInsertedAt": TIME, "tenantId": id_of(0), "type": "TASK", "workflowId": id_of(100),
        "workflowName": name, "workflowRunExternalId": id_of(number), "additionalMetadata": {}, **given,
    }  # fmt: skip


def run(number: int, tasks: list[Json] | None = None, **given: Any) -> Json:
    """A run with its tasks; `shape`, `events` and `config` are those of the answer, the rest is of the run."""
    whole = {"shape": given.pop("shape", []), "taskEvents": given.pop("events", []), "tasks": tasks or []}
    config = given.pop("config", None)
    return {
        **whole, "workflowConfig": config,
        "run": {
            "metadata": meta(number), "status": "COMPLETED", "tenantId": id_of(0), "displayName": f"run-{number}",
            "workflowId": id_of(100), "output": None, "input": {}, "createdAt": TIME, "startedAt": at(1),
            "finishedAt": at(3), **given,
        },
    }  # fmt: skip


def listed(*rows: Json, pages: int = 1) -> Json:
    """A list, as most operations answer."""
    return {"rows": [*rows], "pagination": {"current_page": 1, "next_page": 1, "num_pages": pages}}


class CannedEngine(ScriptedEngine):
    """Answers `GET /path` and the like with set JSON; with `(status, JSON)` where it is to fail; else with 404."""

    def __init__(self, answers: Mapping[str, Any], **handlers: Handler) -> None:
        super().__init__()
        self.handlers = {
            "cancel_tasks": self._noting(v1_workflows_pb2.CancelTasksResponse(cancelled_tasks=[id_of(1)])),
            "replay_tasks": self._noting(v1_workflows_pb2.ReplayTasksResponse(replayed_tasks=[id_of(1)])),
            "push": self._noting(events_pb2.Event(event_id=id_of(7), key="made")),
            "put_rate_limit": self._noting(workflows_pb2.PutRateLimitResponse()),
            "trigger_workflow": self._noting(workflows_pb2.TriggerWorkflowResponse(workflow_run_id=id_of(5))),
            **handlers,
        }
        self.answers: dict[str, Any] = {"GET /api/v1/version": {"version": "v9.9.9"}, **answers}
        self.asked: list[str] = []

    def client(self, **settings: Any) -> Hatchet:
        """A client of it, on both sides."""
        hatchet = super().client(**settings)
        hatchet._rest._local = self
        return hatchet

    def rest_app(self) -> App:
        """Its REST side."""
        return self._answered

    def _noting(self, answer: Message) -> Handler:
        async def handle(request: Message, context: object) -> Message:
            given = json.dumps(MessageToDict(request), sort_keys=True)
            self.asked.append(f"{type(request).__name__} {_plain(given)}")
            return answer

        return handle

    async def _answered(
        self, scope: Scope, receive: Callable[[], Awaitable[Scope]], send: Callable[[Scope], Awaitable[None]]
    ) -> None:
        body = (await receive()).get("body") or b""
        place = f"{scope['method']} {scope['path']}"
        query = "&".join(f"{name}={_plain(value)}" for name, value in parse_qsl(scope["query_string"].decode()))
        said = " ".join([place, *([query] if query else []), *([_plain(body.decode())] if body else [])])
        if not place.endswith("/version"):
            self.asked.append(said)
        found = self.answers.get(said, self.answers.get(place, (404, {"errors": [{"description": "not there"}]})))
        status, answer = found if isinstance(found, tuple) else (200, found)
        await send(
            {
                "type": "http.response.start",
                "status": status,
                "headers": [(b"content-type", b"application/json")],
            }
        )
        await send({"type": "http.response.body", "body": b"" if answer is None else json.dumps(answer).encode()})


def _plain(text: str) -> str:
    """The same, with times that were counted from now as so many minutes."""

    def counted(found: re.Match[str]) -> str:
        moment = datetime.fromisoformat(found[0])
        seconds = (moment - datetime.now(timezone.utc)).total_seconds()
        return f"<now {round(seconds / 60):+} min>" if abs(seconds) < LATELY else found[0]

    return re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)", counted, text)
