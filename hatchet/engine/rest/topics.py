"""REST operations on durable streams: the topics, and payloads that are too large for a message."""

from __future__ import annotations

import re
import uuid

from starlette.requests import Request
from starlette.responses import Response

from hatchet.engine.hub import Hub
from hatchet.engine.rest import requests
from hatchet.engine.rest.fields import moment
from hatchet.engine.rest.pages import ending
from hatchet.engine.state import jsontext
from hatchet.engine.state.changes import Uploaded
from hatchet.engine.state.errors import invalid, not_found
from hatchet.engine.state.jsontext import JsonObject, JsonValue
from hatchet.engine.storage import store_topics
from hatchet.engine.storage.where import Where

MAX_PAYLOAD = 64 * 1024 * 1024
"""Largest payload, in bytes, as with the real engine."""
FORM_SLACK = 16 * 1024
"""Bytes that a form takes besides its payload."""
FOREVER = 100 * 365 * 24
"""Hours that stand for messages that are never deleted."""

_BOUNDARY = re.compile(r'multipart/form-data;.*\bboundary="?([^";]+)"?', re.IGNORECASE)
_PAYLOAD = re.compile(rb'^content-disposition:.*[; ]name="?payload"?', re.IGNORECASE | re.MULTILINE)


class TopicRoutes:
    """Handlers for topics and payloads."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def topics(self, request: Request) -> JsonValue:
        """GET /api/v1/stable/tenants/{tenant}/streams/topics"""
        part = requests.part(request)
        chosen = Where()
        if text := request.query_params.get("search"):
            chosen.add("instr(topics.name, ?) OR instr(topics.namespace, ?)", text, text)
        found, total = store_topics.topics(self._hub.store.db, chosen, part.limit, part.offset)
        kept_for = self._hub.settings.retained_for
        rows: list[JsonValue] = [_view(topic) for topic in found]
        return {
            "pagination": ending((), total, part).pagination,
            "retentionHours": FOREVER if kept_for is None else int(kept_for // 3600),
            "rows": rows,
        }

    async def upload(self, request: Request) -> JsonValue | Response:
        """POST /api/v1/stable/tenants/{tenant}/streams/payloads"""
        if int(request.headers.get("content-length", "0")) > MAX_PAYLOAD + FORM_SLACK:
            return _too_large()
        data = _payload(request, await requests.raw_body(request, MAX_PAYLOAD + FORM_SLACK))
        if len(data) > MAX_PAYLOAD:
            return _too_large()
        made = Uploaded(ref=str(uuid.uuid4()), data=data, created_at=self._hub.now())
        self._hub.core.changes.uploaded.append(made)
        await self._hub.turns.stored()
        return {"ref": made.ref}

    async def download(self, request: Request) -> Response:
        """GET /api/v1/stable/tenants/{tenant}/streams/payloads"""
        ref = request.query_params.get("ref")
        if not ref:
            raise invalid("query parameter ref is required")
        data = store_topics.payload(self._hub.store.db, ref)
        if data is None:
            raise not_found("payload not found")
        return Response(data, media_type="application/octet-stream")


def _view(topic: store_topics.Topic) -> JsonObject:
    return {
        "namespace": topic.namespace,
        "topic": topic.name,
        "createdAt": moment(topic.created_at),
        "lastPublishedAt": moment(topic.published_at),
        "messageCount": topic.messages,
    }


def _payload(request: Request, body: bytes) -> bytes:
    """The part `payload` of a form."""
    boundary = _BOUNDARY.search(request.headers.get("content-type", ""))
    if boundary is not None:
        # Each part ends before the line with the boundary.
        for piece in (b"\r\n" + body).split(b"\r\n--" + boundary[1].encode("latin-1"))[1:]:
            head, found, data = piece.partition(b"\r\n\r\n")
            if found and _PAYLOAD.search(head):
                if not data:
                    raise invalid("the part payload is empty")
                return data
    raise invalid("the request has to be a form (multipart/form-data) with a part payload")


def _too_large() -> Response:
    problem: JsonObject = {"errors": [{"description": f"a payload has {MAX_PAYLOAD} bytes at most"}]}
    return Response(jsontext.dump(problem), status_code=413, media_type="application/json")
