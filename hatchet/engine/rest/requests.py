"""Reading requests of the REST side: path, query and body, each with a refusal that names what is wrong."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timezone
from typing import TypeVar

from pydantic import ValidationError
from starlette.requests import ClientDisconnect, Request

from hatchet.engine.state import jsontext
from hatchet.engine.state.errors import invalid, not_found
from hatchet.engine.state.jsontext import JsonObject, JsonValue
from hatchet.engine.storage.selection import MAX_VALUES, Part, Selection, with_evicted
from hatchet_api.rest.base import Model, OpenEnum

ModelT = TypeVar("ModelT", bound=Model)
ThingT = TypeVar("ThingT")

STATUSES = ("QUEUED", "RUNNING", "COMPLETED", "CANCELLED", "FAILED")
MAX_NUMBER = 2**31 - 1
MAX_BODY = 4 * 1024 * 1024
EARLIEST, LATEST = (end.replace(tzinfo=timezone.utc).timestamp() for end in (datetime.min, datetime.max))
BODY_WITHIN = 30.0
"""Seconds in which a request's body has to arrive."""


def path_uuid(request: Request, name: str) -> str:
    """A UUID in the path."""
    return as_uuid(request.path_params[name], name)


def path_thing(
    request: Request, name: str, get: Callable[[str], ThingT | None], called: str | None = None, hint: str = ""
) -> ThingT:
    """What a UUID in the path stands for.

    Args:
        name: the UUID's name in the path.
        get: the thing of an id.
        called: what the refusal calls it where there is none; default: its name.
        hint: ends the refusal.
    """
    identity = path_uuid(request, name)
    thing = get(identity)
    if thing is None:
        raise not_found(f"{called or name} {identity} not found{hint}")
    return thing


def as_uuid(value: object, name: str) -> str:
    """A UUID in its usual spelling."""
    try:
        return str(uuid.UUID(str(value)))
    except ValueError:
        raise invalid(f"Invalid format for parameter {name}: {value!r} is not a UUID") from None


def as_moment(value: object, name: str) -> float:
    """Seconds since the epoch of a date-time; one without offset counts as UTC."""
    try:
        # A plus sign that was not escaped arrives as a space.
        found = datetime.fromisoformat(str(value).replace(" ", "+"))
    except ValueError:
        raise invalid(f"Invalid format for parameter {name}: {value!r} is not a date-time") from None
    return timestamp(found)


def moment(request: Request, name: str, *, required: bool = False) -> float | None:
    """A date-time in the query."""
    value = request.query_params.get(name)
    if value is None:
        if required:
            raise invalid(f"query parameter {name} is required")
        return None
    return as_moment(value, name)


def number(request: Request, name: str, default: int, *, least: int, most: int | None = None) -> int:
    """A whole number in the query."""
    text = request.query_params.get(name)
    if text is None:
        return default
    try:
        value = int(text)
    except ValueError:
        raise invalid(f"Invalid format for parameter {name}: {text!r} is not a number") from None
    if not least <= value <= MAX_NUMBER:
        raise invalid(f"parameter {name} must be between {least} and {MAX_NUMBER}, got {value}")
    return value if most is None else min(value, most)


def part(request: Request, default: int = 50, *, most: int | None = None) -> Part:
    """Limit and offset in the query."""
    return Part(number(request, "limit", default, least=1, most=most), number(request, "offset", 0, least=0))


def flag(request: Request, name: str, default: bool | None) -> bool:
    """A truth value in the query; without a default it is required."""
    text = request.query_params.get(name)
    if text is None:
        if default is None:
            raise invalid(f"query parameter {name} is required")
        return default
    if text.lower() not in ("true", "false", "1", "0"):
        raise invalid(f"Invalid format for parameter {name}: {text!r} is neither true nor false")
    return text.lower() in ("true", "1")


def many(request: Request, name: str) -> list[str]:
    """All values of a parameter in the query."""
    values = request.query_params.getlist(name)
    if len(values) > MAX_VALUES:
        raise invalid(f"parameter {name} takes up to {MAX_VALUES} values, not {len(values)}: ask in several requests")
    return values


def uuids(request: Request, name: str) -> tuple[str, ...]:
    """UUIDs in the query."""
    return tuple(as_uuid(value, name) for value in many(request, name))


def optional_uuid(request: Request, name: str) -> str | None:
    """A UUID in the query that may be absent."""
    value = request.query_params.get(name)
    return None if value is None else as_uuid(value, name)


def statuses(values: list[str]) -> tuple[str, ...]:
    """Run statuses, where RUNNING includes evicted runs."""
    for value in values:
        if value not in (*STATUSES, "EVICTED"):
            raise invalid(f"unknown status {value!r}; use {', '.join(STATUSES)}")
    return with_evicted(tuple(dict.fromkeys(values)))


def listed_statuses(request: Request) -> tuple[str, ...]:
    """Which statuses a list is asked for, and which of the running runs."""
    given = many(request, "statuses")
    chosen = statuses(given)
    kind = request.query_params.get("running_filter", "ALL")
    if kind not in ("ALL", "EVICTED", "ON_WORKER"):
        raise invalid(f"unknown running_filter {kind!r}; use ALL, EVICTED or ON_WORKER")
    if kind == "ALL":
        return chosen
    left_out = "RUNNING" if kind == "EVICTED" else "EVICTED"
    return tuple(each for each in chosen or (*STATUSES, "EVICTED") if each != left_out)


def selection(request: Request, *, of_tasks: bool, since_required: bool = True) -> Selection:
    """The filters that the list requests share."""
    query = request.query_params
    return Selection(
        since=moment(request, "since", required=since_required),
        until=moment(request, "until"),
        statuses=listed_statuses(request),
        workflow_ids=uuids(request, "workflow_ids"),
        metadata=tuple(many(request, "additional_metadata")),
        metadata_all=query.get("additional_metadata_operator") == "AND",
        worker_id=optional_uuid(request, "worker_id") if of_tasks else None,
        parent_task_id=optional_uuid(request, "parent_task_external_id") if not of_tasks else None,
        event_id=optional_uuid(request, "triggering_event_external_id"),
        idempotency_keys=tuple(many(request, "idempotency_keys")),
        part=part(request),
    )


async def raw_body(request: Request, most: int = MAX_BODY) -> bytes:
    """The bytes of the body."""
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(BODY_WITHIN):
            async for part in request.stream():
                parts.append(part)
                size += len(part)
                if size > most:
                    raise invalid(f"the request body is larger than {most} bytes")
    except TimeoutError:
        raise invalid(f"the request body did not arrive within {BODY_WITHIN:g} seconds") from None
    except ClientDisconnect:
        raise invalid("the connection was closed before the request body had arrived") from None
    return b"".join(parts)


async def body(request: Request) -> JsonObject:
    """The JSON object in the body."""
    try:
        value = jsontext.parse((await raw_body(request)).decode())
    except ValueError as error:
        raise invalid(f"the request body is not valid JSON: {error}") from None
    if not isinstance(value, dict):
        raise invalid("the request body must be a JSON object")
    return value


def texts(value: JsonValue, name: str, most: int = MAX_VALUES) -> list[str]:
    """A list of texts in a body; absent counts as empty."""
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise invalid(f"field {name} must be a list of strings")
    if len(value) > most:
        raise invalid(f"field {name} takes up to {most} values, not {len(value)}: ask in several requests")
    return [str(item) for item in value]


async def parsed(request: Request, model: type[ModelT]) -> ModelT:
    """The body as one of the API's models; a refusal names every field that is wrong."""
    return validated(await body(request), model)


def validated(given: JsonValue, model: type[ModelT]) -> ModelT:
    """A JSON value as one of the API's models."""
    try:
        found = model.model_validate(given)
    except ValidationError as error:
        faults = (f"{'.'.join(map(str, fault['loc'])) or 'body'}: {fault['msg']}" for fault in error.errors())
        raise invalid(f"invalid request body: {'; '.join(faults)}") from None
    known_words(found)
    return found


def known_words(found: Model) -> None:
    """Refuse words that the API does not have; the models keep them, for answers of newer engines."""
    for name in type(found).model_fields:
        value = getattr(found, name)
        if isinstance(value, OpenEnum) and not value.is_known:
            raise invalid(f"invalid request body: {name}: unknown value {str(value)!r}; use {', '.join(type(value))}")


def timestamp(moment: datetime) -> float:
    """Seconds since the epoch of a date-time; one without offset counts as UTC."""
    seconds = (moment if moment.tzinfo is not None else moment.replace(tzinfo=timezone.utc)).timestamp()
    if not EARLIEST <= seconds <= LATEST:
        raise invalid(f"{moment.isoformat()} is no time in UTC; write one between the years 1970 and 9999")
    return seconds


def pairs(texts: Iterable[str]) -> dict[str, str]:
    """Metadata that must be there, from texts that have to hold exactly one colon."""
    found: dict[str, str] = {}
    for text in texts:
        key, colon, value = text.partition(":")
        if not colon or ":" in value:
            raise invalid("Additional metadata filters must be in the format key:value.")
        found[key] = value
    return found


def choice(request: Request, name: str, default: str, known: Collection[str]) -> str:
    """One of several words in the query."""
    value = request.query_params.get(name, default)
    if value not in known:
        raise invalid(f"unknown {name} {value!r}; use {', '.join(known)}")
    return value
