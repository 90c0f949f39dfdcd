# Generated from specs/ by `python -m codegen`; do not edit.
"""How an operation is described, sent, and read; the modules below `api` are made of this."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timezone
from enum import Enum
from fnmatch import fnmatchcase
from functools import cached_property
from math import isfinite
from typing import Any, Generic, Protocol, TypeAlias, TypeGuard, TypeVar
from urllib.parse import quote, urlencode
from uuid import UUID

import httpx
from pydantic import ConfigDict, TypeAdapter, ValidationError

from .auth import EXTENSION
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

# NaN and infinity reach the writer of JSON, which refuses them; pydantic would send null in their place.
_JSON: TypeAdapter[object] = TypeAdapter(object, config=ConfigDict(ser_json_inf_nan="constants"))
# What RFC 6265 allows in a cookie.
_COOKIE = re.compile(r"[!#-+\--:<-\[\]-~]*")
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
        try:
            # Of a choice the shape that fits as it is, not one that a text could be turned into.
            return self._adapter.validate_json(response.content, strict=True)
        except ValidationError:
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


class ByType(Generic[T_co]):
    """Reads a body as its content type says; one of another type raises ValueError."""

    def __init__(self, readers: Mapping[str, Reader[T_co]]) -> None:
        self._readers = readers

    def __call__(self, response: httpx.Response, /) -> T_co:
        given: str = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        # Without a type it is the first, which is what the server was asked for first.
        kinds = (given, given.partition("/")[0] + "/*", "*/*") if given else tuple(self._readers)
        reader = next((self._readers[kind] for kind in kinds if kind in self._readers), None)
        if reader is None:
            raise ValueError(f"its content type is {given}, which is none of {', '.join(self._readers)}")
        return reader(response)


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
    part_types: Mapping[str, str] = field(default_factory=dict[str, str])
    """Media types of fields, where they are not those of text or files."""


@dataclass(frozen=True, slots=True)
class Operation(Generic[T_co]):
    """One call of the REST API, complete but not sent; it can be sent many times, by either kind of client."""

    name: str
    """Id of the operation in the specification, such as `pet:list`."""
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
    headers: tuple[tuple[str, str], ...] = ()
    """Names and values of headers that are parameters."""
    cookies: tuple[tuple[str, str], ...] = ()
    """Names and values of cookies that are parameters."""
    accept: str | None = None
    """The media types that the answer may have; None leaves it to the client."""
    security: tuple[tuple[str, ...], ...] = ()
    """What it wants of `Auth`: alternatives, each the names of all that it takes; empty where it wants nothing."""

    def by_row(self, row: type[Row]) -> Operation[Iterator[Row]]:
        """The same call where only the list's rows are read, one by one: of a long page, no more than a row is made.

        A row that does not fit is an ApiError when it is reached.

        Args:
            row: what a row is.
        """
        rows: Reader[Iterator[Row]] = _Rows(row, self)
        return Operation(
            self.name,
            self.method,
            self.path,
            dict.fromkeys(self.answers, rows),
            self.query,
            self.body,
            self.headers,
            self.cookies,
            self.accept,
            self.security,
        )

    def request(self, client: httpx.Client | httpx.AsyncClient, *, timeout: Timeout = None) -> httpx.Request:
        """The request that a client would send: with its base address, headers and, by default, its timeout."""
        limit: dict[str, Any] = {} if timeout is None else {"timeout": timeout}  # keywords for httpx
        carried: dict[str, Any] = {}
        headers = dict(self.headers)
        if self.accept is not None:
            headers["accept"] = self.accept
        if self.body is not None and self.body.parts is None:
            carried["content"] = self.body.content
            headers["content-type"] = self.body.content_type
        elif self.body is not None:
            types = self.body.part_types
            carried["files"] = [_part(name, value, types.get(name)) for name, value in self.body.parts or ()]
        if self.cookies:
            # Beside those of the client, which would take these for its own.
            own = "; ".join(f"{name}={value}" for name, value in self.cookies)
            jar = "; ".join(f"{cookie.name}={cookie.value}" for cookie in client.cookies.jar)
            headers["cookie"] = "; ".join(filter(None, (jar, own)))
        if self.security:
            carried["extensions"] = {EXTENSION: self.security}
        return client.build_request(self.method, self.path, params=self.query, headers=headers, **carried, **limit)

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


def segments(name: str, values: Sequence[Scalar]) -> str:
    """A path parameter that is a list, its values set apart by commas."""
    if not values:
        raise ValueError(f"{name} is part of a path and cannot be empty")
    return ",".join(segment(name, value) for value in values)


def query(*pairs: tuple[str, Scalar | Sequence[Scalar] | None]) -> tuple[tuple[str, str], ...]:
    """The keys and values to send: None is left out, a list is its key repeated."""
    return tuple((name, _rendered(name, value)) for name, given in pairs for value in _each(given))


def joined(name: str, values: Sequence[Scalar] | None, separator: str) -> str | None:
    """A list as one value; where one of its own holds what sets them apart, a ValueError."""
    if values is None:
        return None
    texts = [_rendered(name, value) for value in values]
    for text in texts:
        if separator in text:
            raise ValueError(f"{name} holds {text!r}, and {separator!r} sets its values apart")
    return separator.join(texts)


def spread(name: str, value: Model | Mapping[str, Scalar | None] | None) -> list[tuple[str, Scalar]]:
    """An object of which each property is a key of the query."""
    return [(key, part) for key, part in _properties(value).items() if part is not None]


def deep(name: str, value: Model | Mapping[str, Scalar | None] | None) -> list[tuple[str, Scalar]]:
    """An object of which each property is a key of the query, `name[property]`."""
    return [(f"{name}[{key}]", part) for key, part in spread(name, value)]


def headers(*pairs: tuple[str, Scalar | Sequence[Scalar] | None]) -> tuple[tuple[str, str], ...]:
    """The headers to send: None is left out, a list is set apart by commas; what no header can hold is a ValueError."""
    sent: list[tuple[str, str]] = []
    for name, given in pairs:
        if given is None:
            continue
        value = ",".join(_rendered(name, part) for part in _each(given))
        if not value.isascii() or not value.isprintable() or value != value.strip():
            raise ValueError(f"{name} is a header and cannot be {value!r}; give printable ASCII")
        sent.append((name, value))
    return tuple(sent)


def cookies(*pairs: tuple[str, Scalar | None]) -> tuple[tuple[str, str], ...]:
    """The cookies to send: None is left out; what no cookie can hold is a ValueError."""
    sent: list[tuple[str, str]] = []
    for name, given in pairs:
        if given is None:
            continue
        value = _rendered(name, given)
        if not _COOKIE.fullmatch(value):
            raise ValueError(f"{name} is a cookie and cannot be {value!r}; give ASCII without spaces and separators")
        sent.append((name, value))
    return tuple(sent)


class Given:
    """Holds what is given for a parameter against its limits."""

    def __init__(self, name: str, form: Any, *, unique: bool = False) -> None:  # a type form with notes
        self._name = name
        self._form = form
        self._unique = unique

    @cached_property
    def _adapter(self) -> TypeAdapter[Any]:
        return TypeAdapter(self._form)

    def __call__(self, value: T) -> T:
        """The value; one beyond a limit is a ValueError that names the parameter."""
        if value is not None:
            try:
                self._adapter.validate_python(value)
            except ValidationError as error:
                faults = "; ".join(fault["msg"] for fault in error.errors(include_url=False))
                raise ValueError(f"{self._name} cannot be {value!r}: {faults}") from None
            if self._unique and _is_list(value) and any(item in value[:index] for index, item in enumerate(value)):
                raise ValueError(f"{self._name} cannot be {value!r}: it holds a value twice")
        return value


def json_text(value: object) -> str | None:
    """A value as JSON with only the fields that were set; None is left out. What JSON cannot say is a ValueError."""
    if value is None:
        return None
    plain = _JSON.dump_python(value, mode="json", by_alias=True, exclude_unset=True)
    return json.dumps(plain, allow_nan=False, ensure_ascii=False, separators=(",", ":"))


def json_body(value: object, content_type: str = "application/json", *, null: bool = False) -> Body | None:
    """A JSON body with only the fields that were set; None is no body, or where there is one, the JSON null."""
    text = json_text(value)
    if text is None and not null:
        return None
    return Body((text or "null").encode(), content_type)


def raw_body(value: bytes | None, content_type: str, allowed: str | None = None) -> Body | None:
    """A body of bytes as they are; None is no body."""
    if allowed is not None and not fnmatchcase(content_type.partition(";")[0], allowed):
        raise ValueError(f"content_type is {content_type!r}, and the API takes {allowed}")
    return None if value is None else Body(value, content_type)


def text_body(value: str | None, content_type: str) -> Body | None:
    """A body of text, as UTF-8; None is no body."""
    if value is None:
        return None
    labelled = content_type if "charset" in content_type else f"{content_type}; charset=utf-8"
    return Body(value.encode(), labelled)


def form_body(value: Model | Mapping[str, Any] | None, types: Mapping[str, str] | None = None) -> Body | None:
    """A multipart form with a part for each field that was set: lists as one for each value, objects as JSON.

    None is no body.

    Args:
        value: the fields.
        types: media types of fields, where they are not those of text, bytes or JSON.
    """
    if value is None:
        return None
    parts: list[tuple[str, bytes | str]] = []
    kinds: dict[str, str] = {}
    for name, part in _fields(value):
        written, kind = _encoded(name, part, (types or {}).get(name))
        parts.append((name, written))
        if kind is not None:
            kinds[name] = kind
    if not parts:
        raise ValueError("the form is empty; give at least one field")
    return Body(content_type="multipart/form-data", parts=tuple(parts), part_types=kinds)


def urlencoded_body(value: Model | Mapping[str, Any] | None, types: Mapping[str, str] | None = None) -> Body | None:
    """A form in the body, written like a query; None is no body.

    Args:
        value: the fields.
        types: media types of fields, where they are not that of text.
    """
    if value is None:
        return None
    pairs: list[tuple[str, str]] = []
    for name, part in _fields(value):
        text, kind = _encoded(name, part, (types or {}).get(name))
        if isinstance(text, bytes) or (kind == "application/json" and name not in (types or {})):
            raise ValueError(f"{name} cannot be written into a form in the body: {part!r}")
        pairs.append((name, text))
    return Body(urlencode(pairs).encode(), "application/x-www-form-urlencoded")


def body_as(value: Any, content_type: str, types: Mapping[str, str] | None = None) -> Body | None:
    """A body of one of several media types; a value that cannot be one is a ValueError."""
    kind = content_type.partition(";")[0].strip().lower()
    if value is None:
        return None
    if kind in {"application/json", "text/json"} or kind.endswith("+json"):
        if isinstance(value, bytes):
            raise ValueError(f"body is bytes, and {content_type} is made of values")
        return json_body(value, content_type)
    if kind in {"multipart/form-data", "application/x-www-form-urlencoded"}:
        if not isinstance(value, Model) and not _is_map(value):
            raise ValueError(f"body is {type(value).__name__}, and {content_type} is made of fields")
        return (form_body if kind.startswith("multipart/") else urlencoded_body)(value, types)
    if isinstance(value, str):
        return text_body(value, content_type)
    if not isinstance(value, bytes):
        raise ValueError(f"body is {type(value).__name__}; give bytes that are {content_type}")
    return raw_body(value, content_type)


def _properties(value: Model | Mapping[str, Any] | None) -> Mapping[str, Any]:
    if isinstance(value, Model):
        return value.model_dump(by_alias=True, exclude_unset=True)
    return value or {}


def _fields(value: Model | Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The fields of a form, a list as its name repeated."""
    for name, part in _properties(value).items():
        for item in part if _is_list(part) else (part,):
            if item is not None:
                yield name, item


def _encoded(name: str, part: Any, media: str | None) -> tuple[bytes | str, str | None]:
    if isinstance(part, bytes):
        return part, media
    if _is_map(part) or _is_list(part) or (media is not None and media.endswith("json")):
        return json_text(part) or "null", media or "application/json"
    return _rendered(name, part), media


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
        """The rows of a page that have not been seen, and where the next page begins."""
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


def _is_list(given: object) -> TypeGuard[Sequence[Any]]:
    return isinstance(given, Sequence) and not isinstance(given, str | bytes)


def _is_map(given: object) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(given, Mapping)


def _rendered(name: str, value: Scalar) -> str:
    if isinstance(value, datetime):
        if value.utcoffset() is None:
            raise ValueError(f"{name} is {value!r}, which has no time zone; give it one, such as datetime.timezone.utc")
        return value.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and not isfinite(value):
        raise ValueError(f"{name} is {value!r}, which is no number that can be sent")
    if isinstance(value, Enum):
        return str(value.value)
    return str(value)


def _part(name: str, value: bytes | str, media: str | None) -> tuple[str, tuple[Any, ...]]:
    """A field as httpx takes it: with a file name where it is a file."""
    file = name if isinstance(value, bytes) else None
    return name, (file, value) if media is None else (file, value, media)
