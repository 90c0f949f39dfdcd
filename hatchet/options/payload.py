"""Payloads: one cached TypeAdapter for each type, JSON in and out.

The engine wants JSON objects. Values of other shapes (a number, a list, a text, null) travel as `{"$value": …}`; the
None of a task that returns nothing travels as nothing. Whoever reads accepts both forms, so that any client can
trigger any task. An object that looks like such a box, or like the engine's mark of a skipped task, is boxed itself.

What would arrive as something else is refused before it is sent (docs/decisions/0049-what-was-sent-comes-back.md).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any, ClassVar, Final, Generic, TypeVar, cast

from pydantic import BaseModel, ConfigDict, PydanticUserError, TypeAdapter, ValidationError

from hatchet.errors import DefinitionError, InputError, OutputError
from hatchet.options.faithful import Settings
from hatchet.options.journey import Unfaithful, check_integers, compare, unreadable
from hatchet.options.outputs import BOXED
from hatchet.options.widened import widened

T = TypeVar("T")

_BOX_OPEN = b'{"$value":'
_NUL = "\x00"
_ESCAPED_NUL = b"\\u0000"
_SKIPPED = b'"skipped":true'
_LONG_NUMBER = re.compile(rb"[0-9]{16}")
# Since pydantic 2.11; before, a field was read by one of its names only, as its model says.
_BY_NAME: Final[dict[str, Any]] = {"by_alias": True, "by_name": True}


class EmptyModel(BaseModel):
    """The input of a task or workflow that takes none; whatever is sent to it is ignored."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="ignore", frozen=True, defer_build=True)


class Payload(Generic[T]):
    """How values of one type become JSON and are read back."""

    def __init__(self, annotation: Any, *, is_declared: bool = True) -> None:  # Any: a type expression; Python has no
        self.annotation = annotation  # type for one yet
        self._is_declared = is_declared
        wide = widened(annotation)
        self._is_widened = wide is not annotation
        try:
            self.adapter: TypeAdapter[T] = TypeAdapter(wide)
        except PydanticUserError as error:
            raise DefinitionError(
                f"{_name(annotation)} cannot be an input or output: {error.message.splitlines()[0]}"
            ) from error

    @cached_property
    def _settings(self) -> Settings:
        return Settings(self.adapter.core_schema)

    @cached_property
    def _reading(self) -> dict[str, Any]:
        return _BY_NAME if self._settings.by_name else {}

    def dump(self, value: T) -> bytes:
        """JSON text of a value, boxed where the engine needs an object; empty for what can only be None.

        Raises:
            ValueError: it cannot be written, or something else would be read.
        """
        if value is None and self._is_none:
            return b""
        data = self.dump_chunk(value)
        if _ESCAPED_NUL in data and _has_nul(json.loads(data)):
            raise ValueError("a text in it holds a NUL character, which the engine cannot store")
        return data if data[:1] == b"{" and not _looks_boxed(data) else _BOX_OPEN + data + b"}"

    def dump_chunk(self, value: T) -> bytes:
        """JSON text of a value as it is, for a stream; raises as `dump`."""
        settings = self._settings
        if self._is_widened:
            value = self.adapter.validate_python(value)
        data = self.adapter.dump_json(
            value, by_alias=not settings.by_name, round_trip=settings.for_reading, warnings="error"
        )
        if settings.check(value):
            self._check_journey(value, data)
        return data

    def _check_journey(self, value: T, data: bytes) -> None:
        try:
            back = self.adapter.validate_json(data, **self._reading)
        except ValidationError as error:
            raise unreadable(error, value) from error
        compare(value, back, is_certain=self._settings.is_certain, reread=None if self._is_declared else _reread)

    def load_chunk(self, text: str) -> T:
        """The value that a chunk of a stream stands for, validated; texts and bytes travel as they are."""
        if self.annotation is bytes:
            return self.adapter.validate_python(text.encode())
        try:
            return self.adapter.validate_json(text, **self._reading)
        except ValidationError:
            try:  # of an enum of texts, say
                return self.adapter.validate_json(json.dumps(text), **self._reading)
            except ValidationError:
                pass  # the first error says more
            raise

    def load(self, data: bytes | str) -> T:
        """The value that a JSON text stands for, validated."""
        raw = data.encode() if isinstance(data, str) else data
        if not raw.strip() or raw.strip() == b"null" or (self._is_none and raw.strip() == b"{}"):
            return self.adapter.validate_python(None if self.annotation is not EmptyModel else {})
        if raw.lstrip().startswith(b'{"$value"') or raw.lstrip().startswith(b'{ "$value"'):
            return self.load_object(json.loads(raw))
        return self.adapter.validate_json(raw, **self._reading)

    def load_object(self, value: object) -> T:
        """The value that decoded JSON stands for, validated the way JSON is."""
        if isinstance(value, dict) and BOXED in value and len(cast(dict[str, object], value)) == 1:
            value = cast(dict[str, object], value)[BOXED]
        elif value == {} and self._is_none:
            value = None
        # By way of JSON text, so that dates, bytes and enums are read as they were written, also in strict models.
        return self.adapter.validate_json(json.dumps(value), **self._reading)

    def load_output(self, data: bytes | str, owner: str) -> T:
        """The output that a JSON text stands for.

        Raises:
            OutputError: it is not of the declared type, as when the task's type was changed since it ran.
        """
        try:
            return self.load(data)
        except ValueError as error:  # pydantic's ValidationError is one
            raise OutputError(f"the output of {owner} is not a valid {self.type_name}: {error}") from error

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
        """JSON text of an input; checks it against the declared type first.

        Raises:
            InputError: it is not of that type, or something else would arrive.
        """
        try:
            valid = self.adapter.validate_python(value, **self._reading)
            data = self.dump(valid) or b"{}"
            if isinstance(value, dict) and isinstance(valid, dict):
                _check_keys(cast(dict[object, object], value), cast(dict[object, object], valid))
            if _LONG_NUMBER.search(data):
                check_integers(data)
        except Unfaithful as error:
            raise InputError(f"the input of {owner} would not arrive as it is: {error}") from error
        except (ValidationError, ValueError) as error:
            raise InputError(f"the input of {owner} is not a valid {self.type_name}: {error}") from error
        return data

    def dump_output(self, value: T, owner: str, *, is_parents: bool = False) -> bytes:
        """JSON text of what a task returned.

        Args:
            is_parents: whether other tasks of the workflow may read it, which get it by way of the engine's own JSON.

        Raises:
            OutputError: it cannot be written, or something else would arrive.
        """
        try:
            data = self.dump(value)
            if is_parents and _LONG_NUMBER.search(data):
                check_integers(data)
            return data
        except Unfaithful as error:
            raise OutputError(
                f"{owner} returned {type(value).__name__}, which would not arrive as it is: {error}"
            ) from error
        except Exception as error:  # any fault of a serializer, which may be the user's own code
            raise OutputError(
                f"{owner} returned {type(value).__name__}, which cannot be sent as {self.type_name}: {error}"
            ) from error


def chunk_of(value: object, owner: str) -> bytes:
    """What is sent of a chunk: a text and bytes as they are, anything else as JSON."""
    try:
        if not isinstance(value, str | bytes):
            return payload_of(type(value), is_declared=False).dump_chunk(value)
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


def message_of(value: object, owner: str) -> bytes:
    """What is stored of a message: bytes as they are, a text as UTF-8, anything else as JSON."""
    return value if isinstance(value, bytes) else chunk_of(value, owner)


@lru_cache(maxsize=1024)
def _cached(annotation: Any, _order: str, is_declared: bool) -> Payload[Any]:
    return Payload(annotation, is_declared=is_declared)


def payload_of(annotation: Any, *, is_declared: bool = True) -> Payload[Any]:
    """The one Payload of a type; type expressions that cannot be hashed get one of their own.

    Args:
        is_declared: False for the type of a value, or of a function that declares none: whoever reads may then declare
            more than is known here, so that only what no type could read back is refused.
    """
    # Unions are equal in any order, and read a value as the first of their types that fits.
    order = "" if type(annotation) is type else repr(annotation)
    try:
        return _cached(annotation, order, is_declared)
    except TypeError:
        return Payload(annotation, is_declared=is_declared)


def _reread(value: object, back: object) -> object:
    try:
        payload = payload_of(type(value))
    except DefinitionError as error:
        raise Unfaithful(str(error)) from error
    return payload.adapter.validate_json(json.dumps(back))


def _looks_boxed(data: bytes) -> bool:
    """Whether the JSON of an object would be taken for something else: a box, or the mark of a skipped task."""
    if data.startswith(_BOX_OPEN):
        return len(json.loads(data)) == 1
    return _SKIPPED in data and json.loads(data).get("skipped") is True


def _check_keys(given: dict[object, object], valid: dict[object, object]) -> None:
    """Refuse keys that a TypedDict does not have; one that extends it type-checks in its place."""
    lost = [key for key in given if key not in valid]
    if lost and len(given) > len(valid):
        raise Unfaithful(f"[{lost[0]!r}]: the receiver's type does not keep this key")


def dump_mapping(value: Mapping[str, object], what: str) -> str:
    """JSON object text of free-form data such as metadata; times, models … become what pydantic makes of them.

    Raises:
        InputError: it holds what JSON or the engine cannot.
    """
    try:
        _check_free_keys(value)
        text = json.dumps(dict(value), default=_plain, ensure_ascii=False, allow_nan=False)
        text.encode()  # half a character is found only now
    except (TypeError, ValueError) as error:
        raise InputError(f"{what} cannot be written as JSON: {error}") from error
    if _NUL in text or ("\\u0000" in text and _has_nul(json.loads(text))):
        raise InputError(f"{what} holds a NUL character, which the engine cannot store")
    return text


def _check_free_keys(value: object) -> None:
    """Refuse keys that JSON has no room for: None, and those that are one as texts, such as 1 and "1"."""
    if isinstance(value, Mapping):
        mapping = cast(Mapping[object, object], value)
        if not all(type(key) is str for key in mapping):
            if None in mapping:
                raise ValueError("the key None is no text")
            if len({str(key) for key in mapping}) < len(mapping):
                raise ValueError(f"some of the keys {list(mapping)} are the same as texts")
        for each in mapping.values():
            _check_free_keys(each)
    elif isinstance(value, list | tuple):
        for each in cast(Sequence[object], value):
            _check_free_keys(each)


def dump_free_input(value: Mapping[str, object], what: str) -> str:
    """The same for what becomes a task's input, which reads it without knowing its sender.

    Raises:
        InputError: it would not arrive as it is.
    """
    text = dump_mapping(value, what)
    if _LONG_NUMBER.search(text.encode()):
        try:
            check_integers(text.encode())
        except Unfaithful as error:
            raise InputError(f"{what} would not arrive as it is: {error}") from error
    return f'{{"{BOXED}": {text}}}' if len(value) == 1 and BOXED in value else text


def dump_event(payload: object, key: str) -> bytes:
    """The payload of an event: a mapping, model or dataclass.

    Raises:
        InputError: it holds what JSON cannot, or what would arrive as something else.
    """
    if isinstance(payload, Mapping):
        return dump_free_input(cast(Mapping[str, object], payload), "the payload").encode()
    return payload_of(type(payload), is_declared=False).dump_input(payload, f"event {key!r}")


def _plain(value: object) -> object:
    payload = payload_of(type(value), is_declared=False)
    found: object = json.loads(payload.dump_chunk(value))
    return found


def _has_nul(value: object) -> bool:
    if isinstance(value, str):
        return _NUL in value
    if isinstance(value, dict):
        return any(_has_nul(key) or _has_nul(item) for key, item in cast(dict[object, object], value).items())
    return isinstance(value, list) and any(_has_nul(item) for item in cast(list[object], value))


def _name(annotation: Any) -> str:
    return annotation.__name__ if isinstance(annotation, type) else str(annotation)
