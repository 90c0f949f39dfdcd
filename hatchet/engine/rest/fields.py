"""What all JSON of the REST side is written with: ids, dates, and leaving out what is absent."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Final

from hatchet.engine.state.jsontext import JsonObject

NO_ID: Final = "00000000-0000-0000-0000-000000000000"
"""What the real engine shows in place of an id that there is not; all webhooks have it there."""


def moment(seconds: float | None) -> str | None:
    """A time as JSON has it."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec="microseconds").replace("+00:00", "Z")


def resource(identity: str, created_at: float, updated_at: float | None = None) -> JsonObject:
    """Id and dates of anything."""
    created = moment(created_at)
    return {"id": identity, "createdAt": created, "updatedAt": created if updated_at is None else moment(updated_at)}


def present(fields: JsonObject) -> JsonObject:
    """The fields that have a value."""
    return {key: value for key, value in fields.items() if value is not None}
