"""Whether what a receiver reads is what was sent, and in which words to say that it is not."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from enum import Enum
from typing import Any, TypeGuard

from pydantic import BaseModel, SecretBytes, SecretStr, ValidationError

Reread = Callable[[object, object], object]
"""For a value in a place without a declared type: what a receiver that declares the value's own type reads of its JSON.
It raises where there is nothing to read."""

EXACT: frozenset[type] = frozenset({str, int, bool, float, type(None)})
PLAIN = (str, int, float)
SAFE_INTEGER = 2**53  # beyond it an engine, which reads numbers as doubles, rounds


class Unfaithful(ValueError):
    """A value would not arrive as it was sent."""


def unreadable(error: ValidationError, sent: object) -> Unfaithful:
    """The error for a value whose JSON its own type does not take back."""
    fault = error.errors(include_url=False, include_input=False, include_context=False)[0]
    place, found = "", sent
    for key in fault["loc"]:
        place += f"[{key!r}]" if isinstance(key, int) or isinstance(found, Mapping) else f".{key}"
        found = _part(found, key)
    if isinstance(found, float) and not math.isfinite(found):
        return _no_number(found, place)
    return Unfaithful(f"{_at(place)}: the receiver could not read it back ({fault['msg']})")


def _part(whole: Any, key: object) -> object:  # Any: values of users' types, taken apart
    """What a validator's location means in a value; None where that cannot be told."""
    try:
        return whole[key]
    except (LookupError, TypeError):
        return getattr(whole, str(key), None)


def _no_number(value: float, place: str) -> Unfaithful:
    return Unfaithful(f"{_at(place)} is {value}, for which JSON has no number; send None, or a text")


def compare(sent: object, back: object, *, is_certain: bool, reread: Reread | None) -> None:
    """Refuse a value of which something else would arrive.

    Args:
        is_certain: the declared type leaves no doubt about what is read, as unions and Any do: a tuple may arrive as
            the list that a Sequence is read as, the member of an enum as the text or number that was declared.
        reread: of a value without a declared type, its own type may be what the receiver declares.

    Raises:
        Unfaithful: with the place of the first difference.
    """
    _Comparison(reread, is_certain=is_certain).look(sent, back, "")


class _Comparison:
    def __init__(self, reread: Reread | None, *, is_certain: bool) -> None:
        self._reread = reread
        self._is_certain = is_certain

    def look(self, sent: Any, back: Any, place: str) -> None:  # Any: values of users' types, taken apart
        kind: Any = sent.__class__
        if kind is type(back) and kind in EXACT:
            if sent == back or (sent != sent and back != back):
                return
        elif isinstance(sent, float) and back is None and not math.isfinite(sent):
            raise _no_number(sent, place)
        elif isinstance(sent, BaseModel) and isinstance(back, BaseModel) and type(back) is kind:
            self._model(sent, back, place)
            return
        elif dataclasses.is_dataclass(sent) and type(back) is kind:
            for field in dataclasses.fields(sent):
                self.look(getattr(sent, field.name, None), getattr(back, field.name, None), f"{place}.{field.name}")
            return
        elif _is_mapping(sent) and _is_mapping(back):
            self._mapping(sent, back, place)
            return
        elif _is_list(sent) and _is_list(back) and (back.__class__ in (kind, list if self._is_certain else kind)):
            self._items(sent, back, place)
            return
        elif _are_equal(sent, back, is_certain=self._is_certain):
            return
        elif type(back) is kind and not _has_equality(kind) and hasattr(sent, "__dict__"):
            self._mapping(vars(sent), vars(back), place)
            return
        elif self._reread is not None and type(back) is not kind:
            self._by_own_type(sent, back, place)
            return
        raise Unfaithful(self._words(sent, back, place))

    def _model(self, sent: BaseModel, back: BaseModel, place: str) -> None:
        for name in type(sent).model_fields:
            self.look(getattr(sent, name, None), getattr(back, name, None), f"{place}.{name}")
        self._mapping(sent.model_extra or {}, back.model_extra or {}, place)

    def _mapping(self, sent: Mapping[Any, Any], back: Mapping[Any, Any], place: str) -> None:
        for key, value in sent.items():
            if key not in back:
                if self._reread is not None and not isinstance(key, str):
                    text = next((each for each in back if _reads_as(self._reread, key, each)), None)
                    if text is not None:
                        self.look(value, back[text], f"{place}[{key!r}]")
                        continue
                what = "the receiver's type does not keep this key" if isinstance(key, str) else _key(key)
                raise Unfaithful(f"{_at(place)}[{key!r}]: {what}")
            self.look(value, back[key], f"{place}[{key!r}]")
        for key in back:
            if key not in sent and isinstance(key, str) and all(isinstance(each, str) for each in sent):
                raise Unfaithful(f"{_at(place)}[{key!r}]: the receiver would find a key that was not sent")

    def _items(self, sent: Sequence[Any], back: Sequence[Any], place: str) -> None:
        if len(sent) != len(back):
            raise Unfaithful(f"{_at(place)} has {len(sent)} items, of which {len(back)} would arrive")
        if set(map(type, sent)) <= EXACT and list(map(type, sent)) == list(map(type, back)) and sent == back:
            return
        for index, (one, other) in enumerate(zip(sent, back, strict=True)):
            self.look(one, other, f"{place}[{index}]")

    def _by_own_type(self, sent: object, back: object, place: str) -> None:
        reread = self._reread
        try:
            again = None if reread is None else reread(sent, back)
        except ValidationError as error:
            raise Unfaithful(f"{_at(place)} is {_kind(sent)}: {unreadable(error, sent)}") from error
        self.look(sent, again, place)

    def _words(self, sent: object, back: object, place: str) -> str:
        what = f"{_at(place)} is {_kind(sent)}"
        if isinstance(sent, SecretStr | SecretBytes):
            return (
                f"{what}, which would travel as stars; to send it write a @field_serializer(…, when_used='json') that "
                "returns its get_secret_value(), and mind that the engine stores it as readable text"
            )
        if isinstance(sent, Iterator):
            return f"{what}, of which nothing is left once it is written; send a list"
        if isinstance(sent, BaseModel) or dataclasses.is_dataclass(sent):
            if isinstance(sent, type(back)):
                return (
                    f"{what} where {_kind(back)} is declared, so that what {_kind(back)} does not have would be lost; "
                    "declare the type that is sent, or a union of both with a discriminator"
                )
            return f"{what}, but {_kind(back)} would arrive; declare its type, or give a union a discriminator"
        if type(sent) is type(back):
            return f"{what}, and another value of it would arrive"
        return f"{what}, but {_kind(back)} would arrive; declare its type, or convert it"


def _are_equal(sent: Any, back: Any, *, is_certain: bool) -> bool:  # Any: `==` of users' types may return anything
    """Whether a value arrives as itself, or a plain value of a declared base of its type as that."""
    kind: Any = sent.__class__
    other: Any = back.__class__
    if isinstance(sent, Iterator):
        return False
    if kind is other and isinstance(sent, dt.datetime):
        # A time in the hour that a clock is set back by is never equal to one of another zone.
        is_naive = sent.tzinfo is None
        return bool(sent == back) if is_naive or back.tzinfo is None else sent.timestamp() == back.timestamp()
    fits = (
        kind is other
        or (other is float and kind is int)
        or (
            other in (str, int, float) and issubclass(kind, other) and (is_certain or not isinstance(sent, Enum | bool))
        )
        or (isinstance(sent, Set) and isinstance(back, Set))
    )
    try:
        return fits and bool(sent == back)
    except Exception:  # an `==` of a user's, or of a type such as arrays that has no answer
        return False


def _has_equality(kind: Any) -> bool:  # Any: a class as a value, whose own attribute is looked at
    return kind.__eq__ is not object.__eq__


def _is_mapping(value: object) -> TypeGuard[Mapping[Any, Any]]:
    return isinstance(value, Mapping)


def _is_list(value: object) -> TypeGuard[Sequence[Any]]:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes | bytearray | memoryview)


def _reads_as(reread: Reread, key: object, text: object) -> bool:
    try:
        return bool(reread(key, text) == key)
    except ValueError:
        return False


def _at(place: str) -> str:
    return place.lstrip(".") or "the value"


def _kind(value: object) -> str:
    return type(value).__name__


def _key(key: object) -> str:
    return f"a key that is {_kind(key)} would not come back; JSON has texts as keys, so send texts or a list of pairs"


def check_integers(data: bytes) -> None:
    """Refuse a JSON text with an integer that an engine would round."""

    def read(text: str) -> int:
        number = int(text)
        if abs(number) > SAFE_INTEGER:
            raise Unfaithful(
                f"the integer {text[:40]} is beyond ±2**53, and an engine hands tasks a rounded one; send it as a text"
            )
        return number

    json.loads(data, parse_int=read)
