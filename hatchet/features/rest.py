"""What the REST features have in common: the session, loaded on first use."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from copy import copy
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self, TypeVar
from uuid import UUID

from hatchet.config import ClientConfig
from hatchet.errors import ApiError, DeadlineExceeded, InputError
from hatchet.transport.io_loop import IoLoop

if TYPE_CHECKING:
    from hatchet.transport.http import HttpSession
    from hatchet_api.rest.base import OpenEnum
    from hatchet_api.rest.runtime import Operation

T = TypeVar("T")
RowT = TypeVar("RowT")
FeatureT = TypeVar("FeatureT", bound="Feature")
WordT = TypeVar("WordT", bound="OpenEnum")


class Rest:
    """Sends operations; httpx and the models are loaded with the first."""

    def __init__(self, config: ClientConfig, io: IoLoop) -> None:
        self.config = config
        self.io = io
        self._session: HttpSession | None = None

    async def send(self, operation: Operation[T], timeout: float | None = None) -> T:
        """The answer to an operation, from any loop; `timeout` in seconds, default: the client's."""
        if self._session is None:
            from hatchet.transport.http import HttpSession  # programs that use no REST feature never load httpx

            self._session = HttpSession(self.config, self.io)
        return await self.io.run(self._session.send(operation, timeout=timeout))


class Feature:
    """A resource of the API."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest
        self._timeout: float | None = None

    @property
    def io(self) -> IoLoop:
        """The loop that its calls run on."""
        return self._rest.io

    def with_options(self, *, timeout: timedelta | float) -> Self:
        """The same feature, with calls that may take no longer than `timeout` (seconds, or a timedelta).

        `hatchet.runs.with_options(timeout=5).list()`; without it the client's `request_timeout` holds.
        """
        seconds = timeout.total_seconds() if isinstance(timeout, timedelta) else float(timeout)
        if seconds <= 0:
            raise InputError(f"timeout is {timeout}; write a length of time above 0")
        changed = copy(self)
        changed._timeout = seconds
        return changed

    def _sibling(self, kind: type[FeatureT]) -> FeatureT:
        """Another feature, with the same limit of time."""
        other = kind(self._rest)
        other._timeout = self._timeout
        return other

    @property
    def _tenant(self) -> str:
        return self._rest.config.tenant_id

    async def _send(self, operation: Operation[T]) -> T:
        """The answer over REST."""
        return await self._rest.send(operation, self._timeout)

    async def _send_by_row(self, operation: Operation[Any], row: type[RowT]) -> Iterator[RowT]:
        """The rows of a list, each made when it is asked for; one that no client can read is an error then."""
        rows: Iterator[RowT] = await self._send(operation.by_row(row))
        return _readable(rows)

    async def _call(self, call: Coroutine[Any, Any, T], name: str) -> T:
        """The answer over gRPC, within the same time."""
        try:
            async with asyncio.timeout(self._timeout):
                return await self.io.run(call)
        except TimeoutError as error:
            if isinstance(error, ApiError):
                raise
            raise DeadlineExceeded(
                f"{name}: no answer within {self._timeout:g} s", code="DEADLINE_EXCEEDED", call=name
            ) from error


def _readable(rows: Iterator[RowT]) -> Iterator[RowT]:
    from hatchet.transport.http import from_rest  # loaded, as there are rows
    from hatchet_api.rest.errors import ApiError as RestError

    try:
        yield from rows
    except RestError as error:
        raise from_rest(error) from error


def pairs(metadata: Mapping[str, object] | None, *, one_colon: bool = False) -> list[str] | None:
    """Metadata as the API filters by it: `key:value`.

    Args:
        metadata: what is looked for.
        one_colon: the call takes no colon in values either.

    Raises:
        InputError: a colon where the call takes none.
    """
    if metadata is None:
        return None
    for key, value in metadata.items():
        if ":" in key:
            raise InputError(f"the metadata key {key!r} has a colon, by which the API tells keys from values")
        if one_colon and ":" in str(value):
            raise InputError(f"the metadata value {value!r} of {key!r} has a colon, with which this call finds nothing")
    return [f"{key}:{value}" for key, value in metadata.items()]


def word(kind: type[WordT], value: str | None, name: str) -> WordT | None:
    """One of the words that the API has for something.

    Raises:
        InputError: it is none of them.
    """
    if value is None:
        return None
    found = kind(value)
    if not found.is_known:
        raise InputError(f"{name} is {str(value)!r}; write one of {', '.join(kind)}")
    return found


def words(kind: type[WordT], values: Sequence[str] | None, name: str) -> list[WordT] | None:
    """Several of them.

    Raises:
        InputError: one that there is not, or a text in place of a list.
    """
    if values is None:
        return None
    if isinstance(values, str) and not isinstance(values, kind):
        raise InputError(f"{name} is one text; write a list: {name}=[{values!r}]")
    return [found for value in values if (found := word(kind, value, name)) is not None]


def aware(moment: datetime | None, name: str) -> datetime | None:
    """A moment that is the same everywhere.

    Raises:
        InputError: it has no time zone.
    """
    if moment is not None and moment.tzinfo is None:
        raise InputError(f"{name} is {moment}, which has no time zone; write datetime.now(timezone.utc) or the like")
    return moment


def required(moment: datetime, name: str) -> datetime:
    """The same for a moment that must be given."""
    aware(moment, name)
    return moment


def uuid_of(text: str | UUID, name: str) -> UUID:
    """An id for the body of a request.

    Raises:
        InputError: it is none.
    """
    try:
        return text if isinstance(text, UUID) else UUID(text)
    except ValueError as error:
        raise InputError(f"{name} is {text!r}, which is no id; ids look like 8d3f2c1e-…") from error
