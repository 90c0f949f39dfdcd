"""What the REST features have in common: the session, loaded on first use."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from copy import copy
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self, TypeVar
from uuid import UUID

from hatchet._answers import HttpResponse, RawResponse
from hatchet.config import ClientConfig
from hatchet.errors import InputError
from hatchet.features.boxes import each_opened, opened
from hatchet.options.durations import LONGEST
from hatchet.options.moments import in_utc
from hatchet.transport.io_loop import IoLoop
from hatchet.transport.retry import within
from hatchet.wire.recent import Recent

if TYPE_CHECKING:
    from hatchet.transport.connection import LocalEngine
    from hatchet.transport.http import HttpSession
    from hatchet.wire.gateway import Gateway
    from hatchet_api.rest.base import OpenEnum
    from hatchet_api.rest.runtime import Operation

T = TypeVar("T")
RowT = TypeVar("RowT")
FeatureT = TypeVar("FeatureT", bound="Feature")
WordT = TypeVar("WordT", bound="OpenEnum")


class Rest:
    """Sends operations; httpx and the models are loaded with the first."""

    def __init__(
        self, config: ClientConfig, io: IoLoop, local: LocalEngine | None = None, recent: Recent | None = None
    ) -> None:
        self.config = config
        self.io = io
        self.recent: Recent = recent or Recent()
        """What the client has just started."""
        self._local = local
        self._session: HttpSession | None = None

    async def send(
        self,
        operation: Operation[T],
        timeout: float | None = None,
        patience: float = 0.0,
        answers: list[HttpResponse] | None = None,
    ) -> T:
        """The answer to an operation, from any loop; with a `timeout`, in so many seconds, further tries included.

        What was just started is asked for again while the engine does not show it, for `patience` seconds. `answers`
        is given each answer as it came.
        """
        session = self._connected()
        return await self.io.run(session.send(operation, timeout=timeout, patience=patience, answers=answers))

    async def delete(
        self, operation: Operation[object], timeout: float | None = None, answers: list[HttpResponse] | None = None
    ) -> None:
        """Send one that deletes; as `send`, but what an earlier try has deleted is no error."""
        await self.io.run(self._connected().delete(operation, timeout=timeout, answers=answers))

    def _connected(self) -> HttpSession:
        if self._session is None:
            from hatchet.transport.http import HttpSession  # programs that use no REST feature never load httpx

            self._session = HttpSession(self.config, self.io, local=self._local)
        return self._session


class Feature:
    """A resource of the API."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest
        self._timeout: float | None = None
        self._answers: list[HttpResponse] | None = None

    @property
    def io(self) -> IoLoop:
        """The loop that its calls run on."""
        return self._rest.io

    def __repr__(self) -> str:
        return f"{type(self).__name__}({'' if self._timeout is None else f'timeout={self._timeout:g}'})"

    def with_options(self, *, timeout: timedelta | float) -> Self:
        """The same feature, with calls that may take no longer than `timeout` (seconds, or a timedelta).

        `hatchet.runs.with_options(timeout=5).list()`: five seconds for the whole call, further tries and waits between
        them included. Without it each try may take the client's `request_timeout`.
        """
        try:
            seconds = timeout.total_seconds() if isinstance(timeout, timedelta) else float(timeout)
        except (TypeError, ValueError):
            seconds = 0.0
        if not 0 < seconds <= LONGEST.total_seconds():
            raise InputError(f"timeout is {timeout!r}; write seconds above 0, or a timedelta")
        changed = copy(self)
        changed._timeout = seconds
        return changed

    def with_raw_response(self, call: Callable[[Self], T]) -> RawResponse[T]:
        """What a call gives, together with the answers of the REST API: status, headers, request id, body.

        `hatchet.runs.with_raw_response(lambda runs: runs.list(limit=5)).headers["date"]`. An iterator asks for its
        pages when it is read, which belongs into the call: `lambda runs: list(runs.iterate())`.

        Args:
            call: gets this feature, and calls one of its methods, or several.

        Raises:
            ApiError: as the call; its `response` is the answer that it refused with.
        """
        feature, answers = self._noting()
        return RawResponse(call(feature), tuple(answers))

    async def aio_with_raw_response(self, call: Callable[[Self], Awaitable[T]]) -> RawResponse[T]:
        """As `with_raw_response`, for the `aio_` methods: `lambda runs: runs.aio_list(limit=5)`."""
        feature, answers = self._noting()
        return RawResponse(await call(feature), tuple(answers))

    def _noting(self) -> tuple[Self, list[HttpResponse]]:
        changed, answers = copy(self), list[HttpResponse]()
        changed._answers = answers
        return changed, answers

    def _sibling(self, kind: type[FeatureT]) -> FeatureT:
        """Another feature, with the same options."""
        other = kind(self._rest)
        other._timeout, other._answers = self._timeout, self._answers
        return other

    @property
    def _tenant(self) -> str:
        return self._rest.config.tenant_id

    async def _send(self, operation: Operation[T]) -> T:
        """The answer over REST."""
        return opened(await self._rest.send(operation, self._timeout, answers=self._answers))

    async def _send_of(self, started: str, operation: Operation[T]) -> T:
        """The answer over REST about a run or event; one that this client has just started is waited for."""
        patience = self._rest.recent.patience(started)
        return opened(await self._rest.send(operation, self._timeout, patience, self._answers))

    async def _delete(self, operation: Operation[object]) -> None:
        """Delete something over REST; what an earlier try has deleted, whose answer was lost, is no error."""
        await self._rest.delete(operation, self._timeout, self._answers)

    async def _send_by_row(self, operation: Operation[Any], row: type[RowT]) -> Iterator[RowT]:
        """The rows of a list, each made when it is asked for; one that no client can read is an error then."""
        rows: Iterator[RowT] = await self._send(operation.by_row(row))
        return each_opened(_readable(rows))

    async def _call(self, call: Coroutine[Any, Any, T], name: str) -> T:
        """The answer over gRPC, within the same time."""
        async with within(self._timeout, name):
            return await self.io.run(call)


class GatewayFeature(Feature):
    """A resource with calls over gRPC besides."""

    def __init__(self, rest: Rest, gateway: Gateway) -> None:
        super().__init__(rest)
        self._gateway = gateway


def _readable(rows: Iterator[RowT]) -> Iterator[RowT]:
    from hatchet.transport.http import from_rest  # loaded, as there are rows
    from hatchet_api.rest.errors import ApiError as RestError

    try:
        yield from rows
    except RestError as error:
        raise from_rest(error) from error


def pairs(metadata: Mapping[str, object] | None, *, one_colon: bool = False, filled: bool = False) -> list[str] | None:
    """Metadata as the API filters by it: `key:value`.

    Args:
        metadata: what is looked for.
        one_colon: the call takes no colon in values either.
        filled: the call takes neither empty keys nor empty values.

    Raises:
        InputError: a colon where the call takes none, or nothing where it takes something.
    """
    if metadata is None:
        return None
    for key, value in metadata.items():
        if filled and not (key and str(value)):
            raise InputError(f"the pair {key!r}: {value!r} is half empty; this call finds only keys with values")
        if ":" in key:
            raise InputError(f"the metadata key {key!r} has a colon, by which the API tells keys from values")
        if one_colon and ":" in str(value):
            raise InputError(f"the metadata value {value!r} of {key!r} has a colon, with which this call finds nothing")
    return [f"{key}:{value}" for key, value in metadata.items()]


def word(kind: type[WordT], value: str | None, name: str) -> WordT | None:
    """One of the words that the API has for something, if one is given.

    Raises:
        InputError: it is none of them.
    """
    return None if value is None else known(kind, value, name)


def known(kind: type[WordT], value: str, name: str) -> WordT:
    """The same for a word that must be given."""
    found = kind(value)
    if not found.is_known:
        raise InputError(f"{name} is {str(value)!r}; write one of {', '.join(kind)}")
    return found


def words(kind: type[WordT], values: Sequence[str] | None, name: str) -> list[WordT] | None:
    """Several of them.

    Raises:
        InputError: one that there is not, or a text in place of a list.
    """
    return None if values is None else [known(kind, value, name) for value in listed(values, name)]


def listed(values: Sequence[T], name: str) -> Sequence[T]:
    """Several values; a text, which is a sequence of letters too, is refused.

    Raises:
        InputError: a text in place of a list.
    """
    if isinstance(values, str):
        raise InputError(f"{name} is one text; write a list: {name}=[{str(values)!r}]")
    return values


def texts(values: Sequence[str] | None, name: str) -> Sequence[str] | None:
    """Several texts, if any are given.

    Raises:
        InputError: a text in place of a list.
    """
    return None if values is None else listed(values, name)


def ids(values: Sequence[str | UUID] | None, name: str) -> list[str] | None:
    """Several ids, if any are given.

    Raises:
        InputError: something that is no id, or a text in place of a list.
    """
    return None if values is None else [id_of(value, name) for value in listed(values, name)]


def id_or_none(value: str | UUID | None, name: str) -> str | None:
    """An id, if one is given.

    Raises:
        InputError: it is not an id.
    """
    return None if value is None else id_of(value, name)


def aware(moment: datetime | None, name: str) -> datetime | None:
    """A moment that is the same everywhere, if one is given: in UTC, as the engine ignores what a time is relative to.

    Raises:
        InputError: it has no time zone, or lies at the edge of the calendar.
    """
    return None if moment is None else in_utc(moment, name)


def id_of(text: str | UUID, name: str) -> str:
    """An id as the engine writes it.

    Raises:
        InputError: it is not an id.
    """
    try:
        return str(text if isinstance(text, UUID) else UUID(text))
    except (ValueError, TypeError, AttributeError) as error:  # the latter two for what is no text
        raise InputError(f"{name} is {text!r}, which is no id; ids look like 8d3f2c1e-…") from error
