"""Payloads: one cached TypeAdapter for each type, JSON in and out.

The engine wants JSON objects. Values of other shapes (a number, a list, a text, null) travel as `{"$value": …}`; the
None of a task that returns nothing travels as nothing. Whoever reads accepts both forms, so that any client can
trigger any task.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, ClassVar, Generic, TypeVar, cast

from pydantic import BaseModel, ConfigDict, PydanticUserError, TypeAdapter, ValidationError

from hatchet.errors import DefinitionError, InputError, OutputError
from hatchet.options.outputs import BOXED

T = TypeVar("T")

_BOX_OPEN = b'{"$value":'
_NUL = "\x00"
_ESCAPED_NUL = b"\\u0000"


class EmptyModel(BaseModel):
    """The input of a task or workflow that takes none; whatever is sent to it is ignored."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="ignore", frozen=True, defer_build=True)


class Payload(Generic[T]):
    """How values of one type become JSON and are read back."""

    def __init__(self, annotation: Any) -> None:  # Any: a type expression; Python has no type for one yet
        self.annotation = annotation
        try:
            self.adapter: TypeAdapter[T] = TypeAdapter(annotation)
        except PydanticUserError as error:
            raise DefinitionError(
                f"{_name(annotation)} cannot be an input or output: {error.message.splitlines()[0]}"
            ) from error

    def dump(self, value: T) -> bytes:
        """JSON text of a value, boxed where the engine needs an object; empty for what can only be None."""
        if value is None and self._is_none:
            return b""
        data = self.dump_chunk(value)
        if _ESCAPED_NUL in data and _has_nul(json.loads(data)):
            raise ValueError("a text in it holds a NUL character, which the engine cannot store")
        return data if data[:1] == b"{" else _BOX_OPEN + data + b"}"

    def dump_chunk(self, value: T) -> bytes:
        """JSON text of a value as it is, for a stream."""
        return self.adapter.dump_json(value, by_alias=True, warnings="error")

    def load_chunk(self, text: str) -> T:
        """The value that a chunk of a stream stands for, validated; bytes travel as their text."""
        return (
            self.adapter.validate_python(text.encode())
            if self.annotation is bytes
            else self.adapter.validate_json(text)
        )

    def load(self, data: bytes | str) -> T:
        """The value that a JSON text stands for, validated."""
        raw = data.encode() if isinstance(data, str) else data
        if not raw.strip() or raw.strip() == b"null":
            return self.adapter.validate_python(None if self.annotation is not EmptyModel else {})
        if raw.lstrip().startswith(b'{"$value"') or raw.lstrip().startswith(b'{ "$value"'):
            return self.load_object(json.loads(raw))
        return self.adapter.validate_json(raw)

    def load_object(self, value: object) -> T:
        """The value that decoded JSON stands for, validated the way JSON is."""
        if isinstance(value, dict) and BOXED in value and len(cast(dict[str, object], value)) == 1:
            value = cast(dict[str, object], value)[BOXED]
        elif value == {} and self._is_none:
            value = None
        # By way of JSON text, so that dates, bytes and enums are read as they were written, also in strict models.
        return self.adapter.validate_json(json.dumps(value))

    def schema(self) -> bytes | None:
        """JSON schema of the type; None for the empty input, and for types that have none."""
        if self.annotation is EmptyModel:
            return None
        try:
            return json.dumps(self.adapter.json_schema()).encode()
        except PydanticUserError:
            return None

    @property
    def _is_none(self) -> bool:
        return self.annotation is None or self.annotation is type(None)

    @property
    def type_name(self) -> str:
        """The type, in a message."""
        return _name(self.annotation)

    def dump_input(self, value: object, owner: str) -> bytes:
        """JSON text of an input; checks it against the declared type first."""
        try:
            return self.dump(self.adapter.validate_python(value)) or b"{}"
        except (ValidationError, ValueError) as error:
            raise InputError(f"the input of {owner} is not a valid {self.type_name}: {error}") from error

    def dump_output(self, value: T, owner: str) -> bytes:
        """JSON text of what a task returned."""
        try:
            return self.dump(value)
        except Exception as error:  # any fault of a serializer, which may be the user's own code
            raise OutputError(
                f"{owner} returned {type(value).__name__}, which cannot be sent as {self.type_name}: {error}"
            ) from error


def chunk_of(value: object, owner: str) -> bytes:
    """What is sent of a chunk: a text and bytes as they are, anything else as JSON."""
    try:
        if not isinstance(value, str | bytes):
            return payload_of(type(value)).dump_chunk(value)
        data = value.encode() if isinstance(value, str) else value
        data.decode()
    except UnicodeError as error:
        raise InputError(
            f"a chunk of {owner} is no text in UTF-8 ({error}); the engine hands chunks on as texts, so encode it: "
            "base64.b64encode(data)"
        ) from error
    except Exception as error:  # any fault of a serializer, which may be the user's own code
        raise InputError(
            f"a chunk of {owner} is a {_name(type(value))}, which cannot be written as JSON: {error}"
        ) from error
    return data


@lru_cache(maxsize=1024)
def _cached(annotation: Any) -> Payload[Any]:
    return Payload(annotation)


def payload_of(annotation: Any) -> Payload[Any]:
    """The one Payload of a type; type expressions that cannot be hashed get one of their own."""
    try:
        return _cached(annotation)
    except TypeError:
        return Payload(annotation)


def dump_mapping(value: Mapping[str, object], what: str) -> str:
    """JSON object text of free-form data such as metadata; times, models … become what pydantic makes of them.

    Raises:
        InputError: it holds what JSON or the engine cannot.
    """
    try:
        text = json.dumps(dict(value), default=_plain, ensure_ascii=False, allow_nan=False)
        text.encode()  # half a character is found only now
    except (TypeError, ValueError) as error:
        raise InputError(f"{what} cannot be written as JSON: {error}") from error
    if _NUL in text or ("\\u0000" in text and _has_nul(json.loads(text))):
        raise InputError(f"{what} holds a NUL character, which the engine cannot store")
    return text


def _plain(value: object) -> object:
    found: object = payload_of(object).adapter.dump_python(value, mode="json", by_alias=True)
    return found


def _has_nul(value: object) -> bool:
    if isinstance(value, str):
        return _NUL in value
    if isinstance(value, dict):
        return any(_has_nul(key) or _has_nul(item) for key, item in cast(dict[object, object], value).items())
    return isinstance(value, list) and any(_has_nul(item) for item in cast(list[object], value))


def _name(annotation: Any) -> str:
    return annotation.__name__ if isinstance(annotation, type) else str(annotation)
