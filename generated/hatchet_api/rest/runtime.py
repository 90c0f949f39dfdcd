# Generated from specs/ by `python -m codegen`; do not edit.
"""How an operation is described, sent, and read; the modules below `api` are made of this."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timezone
from functools import cached_property
from typing import Any, Generic, Protocol, TypeAlias, TypeVar
from urllib.parse import quote
from uuid import UUID

import httpx
from pydantic import TypeAdapter

from .base import Model
from .errors import from_response, unexpected

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Row = TypeVar("Row")

Timeout: TypeAlias = float | httpx.Timeout | None
"""Seconds that a call may take, or httpx's finer limits; None leaves it to the client."""

PAGE_SIZE = 100
"""Rows that an iterator asks for at a time."""

Scalar: TypeAlias = str | int | float | bool | datetime | date | UUID
"""What one key of a query may hold; enums are strings."""

_JSON: TypeAdapter[object] = TypeAdapter(object)
_EMPTY = httpx.ByteStream(b"")


class Reader(Protocol[T_co]):
    """Turns the body of an answer into a value; what does not fit raises ValueError."""

    def __call__(self, response: httpx.Response, /) -> T_co: ...


class Json(Generic[T]):
    """Reads a JSON body as a value of one type."""

    def __init__(self, form: Any) -> None:  # a type form: a class, a union or an alias
        self._form = form

    @cached_property
    def _adapter(self) -> TypeAdapter[T]:
        return TypeAdapter(self._form)

    def __call__(self, response: httpx.Response, /) -> T:
        return self._adapter.validate_json(response.content)


class _Listing(Model, Generic[Row]):
    """The rows of a list, each made when it is asked for."""

    rows: Iterable[Row] | None = None


class _Rows(Generic[Row]):
    """Reads the rows of a JSON body one by one."""

    def __init__(self, row: type[Row], operation: Operation[object]) -> None:
        listing: Any = _Listing.__class_getitem__(row)  # Any: `_Listing[row]`, which only a written type may spell
        self._adapter: TypeAdapter[_Listing[Row]] = TypeAdapter(listing)
        self._operation = operation

    def __call__(self, response: httpx.Response, /) -> Iterator[Row]:
        return self._each(self._adapter.validate_json(response.content).rows or (), response)

    def _each(self, rows: Iterable[Row], response: httpx.Response) -> Iterator[Row]:
        try:
            yield from rows
        except ValueError as error:
            raise unexpected(self._operation.name, self._operation.path, response) from error


def text(response: httpx.Response, /) -> str:
    """Read a body as text, in the encoding that the answer names, else UTF-8."""
    return response.text


def content(response: httpx.Response, /) -> bytes:
    """Read a body as bytes."""
    return response.content


def nothing(response: httpx.Response, /) -> None:
    """Read no body."""


@dataclass(frozen=True, slots=True)
class Body:
    """What a request carries: bytes of one type, or the parts of a form."""

    content: bytes = field(default=b"", repr=False)
    """The bytes, where it is not a form."""
    content_type: str = "application/json"
    """The bytes' media type."""
    parts: tuple[tuple[str, bytes | str], ...] | None = field(default=None, repr=False)
    """Fields of a multipart form, bytes as files; None where it is not a form."""


@dataclass(frozen=True, slots=True)
class Operation(Generic[T_co]):
    """One call of the REST API, complete but not sent; it can be sent many times, by either kind of client."""

    name: str
    """Id of the operation in the specification, such as `v1-workflow-run:list`."""
    method: str
    """HTTP method."""
    path: str
    """Path, percent-encoded, below the server's address."""
    answers: Mapping[int, Reader[T_co]]
    """How to read each good answer, by status; 2 stands for every other 2xx."""
    query: tuple[tuple[str, str], ...] = ()
    """Keys and values of the query; a list is its key repeated."""
    body: Body | None = None
    """What the request carries."""

    def by_row(self, row: type[Row]) -> Operation[Iterator[Row]]:
        """The same call where only the list's rows are read, one by one: of a long page, no more than a row is made.

        A row that does not fit is an ApiError when it is reached.

        Args:
            row: what a row is.
        """
        rows: Reader[Iterator[Row]] = _Rows(row, self)
        return Operation(
            self.name, self.method, self.path, dict.fromkeys(self.answers, rows), query=self.query, body=self.body
        )

    def request(self, client: httpx.Client | httpx.AsyncClient, *, timeout: Timeout = None) -> httpx.Request:
        """The request that a client would send: with its base address, headers and, by default, its timeout."""
        limit: dict[str, Any] = {} if timeout is None else {"timeout": timeout}  # keywords for httpx
        carried: dict[str, Any] = {}
        if self.body is not None and self.body.parts is None:
            carried = {"content": self.body.content, "headers": {"content-type": self.body.content_type}}
        elif self.body is not None:
            carried = {"files": [_part(name, value) for name, value in self.body.parts or ()]}
        return client.build_request(self.method, self.path, params=self.query, **carried, **limit)

    def read(self, response: httpx.Response) -> T_co:
        """The value that an answer holds; any other answer is an ApiError."""
        status = response.status_code
        reader = self.answers.get(status) or self.answers.get(status // 100)
        if reader is None:
            raise from_response(self.name, self.path, response)
        try:
            return reader(response)
        except ValueError as error:
            raise unexpected(self.name, self.path, response) from error


def send(client: httpx.Client, operation: Operation[T], *, timeout: Timeout = None) -> T:
    """Send an operation and return its value; the server's refusal is an ApiError, a failed transport an httpx error."""
    return operation.read(_closed(client.send(operation.request(client, timeout=timeout))))


async def asend(client: httpx.AsyncClient, operation: Operation[T], *, timeout: Timeout = None) -> T:
    """Send an operation and return its value; the server's refusal is an ApiError, a failed transport an httpx error."""
    return operation.read(_closed(await client.send(operation.request(client, timeout=timeout))))


def _closed(response: httpx.Response) -> httpx.Response:
    """An answer that was read whole, freed of its stream, which holds it in turn: a body of megabytes would wait for
    Python's collector.
    """
    response.stream = _EMPTY
    return response


def segment(name: str, value: Scalar) -> str:
    """A path parameter, percent-encoded; one that would change the path is a ValueError."""
    encoded = quote(str(value), safe="")
    if encoded in {"", ".", ".."}:
        raise ValueError(f"{name} is part of a path and cannot be {str(value)!r}; give an id or a name")
    return encoded


def query(*pairs: tuple[str, Scalar | Sequence[Scalar] | None]) -> tuple[tuple[str, str], ...]:
    """The keys and values to send: None is left out, a list is its key repeated."""
    return tuple((name, _rendered(name, value)) for name, given in pairs for value in _each(given))


def json_body(value: object) -> Body | None:
    """A JSON body with only the fields that were set; None is no body."""
    if value is None:
        return None
    return Body(_JSON.dump_json(value, by_alias=True, exclude_unset=True))


def raw_body(value: bytes | None, content_type: str) -> Body | None:
    """A body of bytes as they are; None is no body."""
    return None if value is None else Body(value, content_type)


def form_body(value: Model | None) -> Body | None:
    """A multipart form with a part for each field that was set; None is no body."""
    if value is None:
        return None
    fields = value.model_dump(by_alias=True, exclude_unset=True)
    return Body(parts=tuple((name, part if isinstance(part, bytes) else str(part)) for name, part in fields.items()))


class Pagination(Protocol):
    """Where a page stands in its list, counted from 1."""

    @property
    def current_page(self) -> int | None:
        """Number of the page."""

    @property
    def num_pages(self) -> int | None:
        """Number of pages in all."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T_co]):
    """One page of a list."""

    rows: Sequence[T_co]
    """The rows, in the server's order."""
    pagination: Pagination | None = None
    """Where the page stands, where the server says so."""


def iterate(
    client: httpx.Client,
    build: Callable[[int, int], Operation[T]],
    page: Callable[[T], Page[Row]],
    *,
    page_size: int,
    timeout: Timeout,
) -> Iterator[Row]:
    """Every row of a list, a page being asked for when the one before is used up."""
    walk = _Walk[Row](page_size)
    while not walk.finished:
        answer = send(client, build(walk.offset, page_size), timeout=timeout)
        yield from walk.rows(page(answer))


async def aiterate(
    client: httpx.AsyncClient,
    build: Callable[[int, int], Operation[T]],
    page: Callable[[T], Page[Row]],
    *,
    page_size: int,
    timeout: Timeout,
) -> AsyncIterator[Row]:
    """Every row of a list, a page being asked for when the one before is used up."""
    walk = _Walk[Row](page_size)
    while not walk.finished:
        answer = await asend(client, build(walk.offset, page_size), timeout=timeout)
        for row in walk.rows(page(answer)):
            yield row


class _Walk(Generic[Row]):
    """Decides which page comes next.

    The server's totals are capped and some lists ignore the offset, so neither the number of pages nor a full page
    alone tells whether there are more: a short page ends the walk where the server agrees, an empty one always.
    """

    def __init__(self, page_size: int) -> None:
        if page_size < 1:
            raise ValueError(f"page_size is {page_size}; a page holds at least one row")
        self._page_size = page_size
        self._before: Page[Row] | None = None
        self.offset = 0
        self.finished = False

    def rows(self, page: Page[Row]) -> Sequence[Row]:
        repeated = self._before is not None and self._repeats(self._before, page)
        is_short = len(page.rows) < self._page_size
        self.finished = not page.rows or repeated or (is_short and not _has_next(page.pagination))
        self._before = page
        self.offset += len(page.rows)
        return () if repeated else page.rows

    @staticmethod
    def _repeats(before: Page[Row], page: Page[Row]) -> bool:
        """Whether a list that ignores the offset gave the same rows again."""
        return bool(page.rows) and page.rows == before.rows and page.pagination == before.pagination


def _has_next(pagination: Pagination | None) -> bool:
    if pagination is None or pagination.num_pages is None:
        return False
    return (pagination.current_page or 1) < pagination.num_pages


def _each(given: Scalar | Sequence[Scalar] | None) -> Sequence[Scalar]:
    if given is None:
        return ()
    return given if isinstance(given, Sequence) and not isinstance(given, str) else (given,)


def _rendered(name: str, value: Scalar) -> str:
    if isinstance(value, datetime):
        if value.utcoffset() is None:
            raise ValueError(f"{name} is {value!r}, which has no time zone; give it one, such as datetime.timezone.utc")
        return value.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _part(name: str, value: bytes | str) -> tuple[str, tuple[str | None, bytes | str]]:
    """A field as httpx takes it: with a file name where it is a file."""
    return name, (name if isinstance(value, bytes) else None, value)
