"""The EventsService: pushed events, logs and stream chunks."""

from __future__ import annotations

from collections.abc import Iterable

from hatchet.engine.delivery import messages
from hatchet.engine.hub import Hub
from hatchet.engine.rules.ingestion import NewEvent
from hatchet.engine.rules.triggering import parse_uuid
from hatchet.engine.state import jsontext
from hatchet.engine.state.changes import LOG_LEVELS, LogLine
from hatchet.engine.state.errors import Code, Refused, invalid, not_found
from hatchet.engine.state.model import TaskRun
from hatchet_api import calls
from hatchet_api.grpc import events_pb2

MAX_EVENTS = 1000
MAX_LOG_CHARACTERS = 10_000


class EventsService:
    """Serves `/EventsService/*`."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def push(
        self,
        request: events_pb2.PushEventRequest,
        context: calls.Context,
    ) -> events_pb2.Event:
        """Store an event and start the runs that it triggers."""
        [event] = await self._push([request])
        return event

    async def bulk_push(
        self,
        request: events_pb2.BulkPushEventRequest,
        context: calls.Context,
    ) -> events_pb2.Events:
        """Store up to 1000 events and start the runs that they trigger, all or none."""
        if not request.events:
            raise invalid("No events to ingest")
        if len(request.events) > MAX_EVENTS:
            raise invalid(f"{len(request.events)} events are over maximum ({MAX_EVENTS})")
        for event in request.events:
            if not event.key:
                raise invalid("Invalid request: every event needs a key")
        return events_pb2.Events(events=await self._push(request.events))

    async def replay_single_event(
        self,
        request: events_pb2.ReplayEventRequest,
        context: calls.Context,
    ) -> events_pb2.Event:
        """Refused, as by the real engine."""
        raise Refused(Code.UNIMPLEMENTED, "ReplaySingleEvent is not implemented")

    async def put_log(
        self,
        request: events_pb2.PutLogRequest,
        context: calls.Context,
    ) -> events_pb2.PutLogResponse:
        """Store one line that a task logged."""
        task = self._task(request.task_run_external_id)
        level = request.level if request.HasField("level") and request.level else "INFO"
        if level not in LOG_LEVELS:
            raise invalid(f"Invalid request: log level {level!r} is not one of {', '.join(LOG_LEVELS)}")
        if not 1 <= len(request.message) <= MAX_LOG_CHARACTERS:
            raise invalid(
                f"Invalid request: a log message has 1 to {MAX_LOG_CHARACTERS} characters, got {len(request.message)}"
            )
        _check_object(request.metadata, "metadata")
        self._hub.core.changes.logs.append(
            LogLine(
                task_id=task.id,
                retry_count=request.task_retry_count if request.HasField("task_retry_count") else task.retry_count,
                created_at=request.created_at.seconds + request.created_at.nanos / 1e9
                if request.HasField("created_at")
                else self._hub.now(),
                message=request.message,
                level=level,
                metadata=request.metadata,
            )
        )
        await self._hub.turns.stored()
        return events_pb2.PutLogResponse()

    async def put_stream_event(
        self,
        request: events_pb2.PutStreamEventRequest,
        context: calls.Context,
    ) -> events_pb2.PutStreamEventResponse:
        """Pass a chunk of a task's stream on to whoever listens now; nothing is stored."""
        task = self._task(request.task_run_external_id)
        index = request.event_index if request.HasField("event_index") else None
        self._hub.events.chunk(task, request.message.decode("utf-8", "replace"), index, self._hub.now())
        return events_pb2.PutStreamEventResponse()

    async def _push(self, requests: Iterable[events_pb2.PushEventRequest]) -> list[events_pb2.Event]:
        hub = self._hub
        given = list(requests)
        pushed = hub.ingestion.push(
            [
                NewEvent(
                    key=request.key,
                    payload=request.payload,
                    metadata=request.additional_metadata,
                    scope=request.scope if request.HasField("scope") else None,
                    priority=request.priority if request.HasField("priority") else None,
                )
                for request in given
            ],
            hub.now(),
        )
        answers: list[events_pb2.Event] = []
        for request, event in zip(given, pushed, strict=True):
            answer = events_pb2.Event(
                tenant_id=hub.tenant_id,
                event_id=event.id,
                key=event.key,
                payload=request.payload,
                event_timestamp=messages.timestamp(event.seen_at),
            )
            if request.HasField("additional_metadata"):
                answer.additional_metadata = request.additional_metadata
            answers.append(answer)
        await hub.turns.stored()
        return answers

    def _task(self, task_id: str) -> TaskRun:
        found = self._hub.core.find_task(parse_uuid(task_id, "Invalid request: task run id must be a valid UUID"))
        if found is None:
            raise not_found(f"task run not found: {task_id}")
        return found


def _check_object(text: str, what: str) -> None:
    try:
        jsontext.parse_object(text, what)
    except ValueError as error:
        raise invalid(f"Invalid request: {error}") from None
