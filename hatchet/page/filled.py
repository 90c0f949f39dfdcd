"""What is written in the form of an input: read as the input, made from one, and changed by an item. Pure.

A field has the place of its value as a name: `input/customer/items/0/amount`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import quote

from hatchet.page.schema import JSON, Field, Kind, is_list
from hatchet.rows import is_object

ITEMS: Final = 200
"""Items of a list; with more it is written as JSON."""

COUNT: Final = "#"
"""Ends the name of the field that says how many items a list has."""

GIVEN: Final = "?"
"""Ends the name of the field that says whether an optional object or list is given."""


class Unreadable(ValueError):
    """What is written in fields is no input."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{place or 'the input'}: {fault}" for place, fault in faults.items()))
        self.faults: Mapping[str, str] = faults
        """What is wrong, by the names of the fields."""


Form = Mapping[str, Sequence[str]]
"""What is written in fields, by their names."""

ROOT: Final = "input"
"""The name of the field of the whole input, with which the names of all begin."""


def place_of(place: str, name: str) -> str:
    """The name of the field of a property."""
    return f"{place}/{quote(name, safe='')}"


def read(field: Field, form: Form) -> JSON:
    """The input that is written in a form.

    Raises:
        Unreadable: what is written in some fields is not what they take.
    """
    faults: dict[str, str] = {}
    value = _Reading(form, faults).value(field, ROOT)
    if faults:
        raise Unreadable(faults)
    return None if value is _ABSENT else value


_ABSENT: Final = object()
"""Nothing is given, not even null."""


def text_at(form: Form, place: str) -> str:
    """What is written in a field."""
    values = form.get(place)
    return values[-1] if values else ""


def count_at(form: Form, place: str) -> int:
    """How many items a list has."""
    text = text_at(form, place + COUNT)
    return min(int(text), ITEMS) if text.isascii() and text.isdecimal() else 0


class _Reading:
    def __init__(self, form: Form, faults: dict[str, str]) -> None:
        self._form = form
        self._faults = faults

    def value(self, field: Field, place: str) -> JSON:
        """What is given at a place, or `_ABSENT`."""
        if field.is_switched and not text_at(self._form, place + GIVEN):
            return self._nothing(field, place)
        match field.kind:
            case Kind.OBJECT:
                given = {name: self.value(each, place_of(place, name)) for name, each in field.fields}
                return {name: each for name, each in given.items() if each is not _ABSENT}
            case Kind.LIST if field.item is not None:
                if not count_at(self._form, place) and not (
                    field.is_required or field.has_default or field.is_nullable
                ):
                    return _ABSENT
                return [self.value(field.item, f"{place}/{number}") for number in range(count_at(self._form, place))]
            case Kind.NOTHING:
                return None
            case Kind.TRUTH if not field.is_nullable:
                return text_at(self._form, place) == "true"
            case _:
                return self._written(field, place)

    def _nothing(self, field: Field, place: str) -> JSON:
        if field.is_nullable and (field.is_required or field.default is not None):
            return None
        if not field.is_required:
            return _ABSENT
        self._faults[place] = "it is required"
        return None

    def _written(self, field: Field, place: str) -> JSON:
        text = text_at(self._form, place)
        # An empty text is a text, unless there is another way to read it.
        says_nothing = field.kind is not Kind.TEXT or (field.may_be_absent and (field.is_nullable or not field.default))
        if not text.strip() and says_nothing:
            return self._nothing(field, place)
        try:
            return _value_of(field, text)
        except ValueError as error:
            self._faults[place] = str(error)
            return None


def _value_of(field: Field, text: str) -> JSON:
    match field.kind:
        case Kind.WHOLE:
            try:
                return int(text)
            except ValueError:
                raise ValueError("it is no whole number") from None
        case Kind.NUMBER:
            try:
                number: JSON = json.loads(text)
            except ValueError:
                number = None
            if isinstance(number, int | float) and not isinstance(number, bool):
                return number
            raise ValueError("it is no number")
        case Kind.TRUTH:
            return text == "true"
        case Kind.CHOICE:
            number = int(text) if text.isascii() and text.isdecimal() else len(field.choices)
            if number >= len(field.choices):
                raise ValueError("it is none of the choices")
            return field.choices[number]
        case Kind.JSON:
            return json_of(text)
        case _:
            return text


def json_of(text: str) -> JSON:
    """JSON that was written.

    Raises:
        ValueError: it is none.
    """
    try:
        return json.loads(text)
    except ValueError as error:
        raise ValueError(f"it is no JSON: {error}") from None


def empty(field: Field) -> dict[str, list[str]]:
    """What stands in a form at first: the defaults."""
    return dict(_started(field, ROOT))


def _started(field: Field, place: str) -> Iterator[tuple[str, list[str]]]:
    if field.has_default and field.default is not None:
        yield from _written(field, field.default, place)
        return
    if field.kind is Kind.OBJECT:
        for name, each in field.fields:
            yield from _started(each, place_of(place, name))


def written(field: Field, value: JSON) -> dict[str, list[str]]:
    """What has to be written in a form for an input.

    Raises:
        ValueError: the form has no fields for it.
    """
    return dict(_written(field, value, ROOT))


def _written(field: Field, value: JSON, place: str) -> Iterator[tuple[str, list[str]]]:
    if value is None and field.kind is not Kind.JSON:
        return
    match field.kind:
        case Kind.OBJECT if is_object(value):
            if value.keys() - {name for name, _ in field.fields}:
                raise ValueError(f"{place} has more than the form has fields for")
            yield place + GIVEN, ["yes"]
            for name, each in field.fields:
                if name in value:
                    yield from _written(each, value[name], place_of(place, name))
        case Kind.LIST if is_list(value) and field.item is not None and len(value) <= ITEMS:
            yield place + GIVEN, ["yes"]
            yield place + COUNT, [str(len(value))]
            for number, each in enumerate(value):
                yield from _written(field.item, each, f"{place}/{number}")
        case Kind.CHOICE if value in field.choices:
            yield place, [str(field.choices.index(value))]
        case Kind.TRUTH if isinstance(value, bool):
            yield place, ["true" if value else "false"]
        case Kind.TEXT if isinstance(value, str):
            yield place, [value]
        case Kind.WHOLE | Kind.NUMBER if isinstance(value, int | float) and not isinstance(value, bool):
            yield place, [json.dumps(value)]
        case Kind.JSON:
            yield place, [json.dumps(value, indent=2, ensure_ascii=False)]
        case _:
            raise ValueError(f"{place} holds something else than the form has a field for")


def with_item(field: Field, form: Form, place: str) -> dict[str, list[str]]:
    """The same form, with one more item in a list; what the item starts with stands in it."""
    changed = {name: [*values] for name, values in form.items()}
    count, found = count_at(form, place), _field_at(field, ROOT, place)
    if found is None or found.item is None or count >= ITEMS:
        return changed
    return {
        **changed,
        **dict(_started(found.item, f"{place}/{count}")),
        place + COUNT: [str(count + 1)],
        place + GIVEN: ["yes"],
    }


def _field_at(field: Field, at: str, place: str) -> Field | None:
    if at == place:
        return field
    if not place.startswith(f"{at}/"):
        return None
    if field.item is not None:
        return _field_at(field.item, f"{at}/{place[len(at) + 1 :].partition('/')[0]}", place)
    inner = (_field_at(each, place_of(at, name), place) for name, each in field.fields)
    return next((found for found in inner if found is not None), None)


def without_item(form: Form, place: str) -> dict[str, list[str]]:
    """The same form without an item, to the place of which those behind it move."""
    whole, _, last = place.rpartition("/")
    number, count = (int(last) if last.isascii() and last.isdecimal() else ITEMS), count_at(form, whole)
    if number >= count:
        return {name: [*values] for name, values in form.items()}
    left: dict[str, list[str]] = {}
    for name, values in form.items():
        found = re.fullmatch(rf"{re.escape(whole)}/(\d+)(.*)", name, re.DOTALL)
        at = number - 1 if found is None else int(found[1])
        if at != number:
            left[name if found is None or at < number else f"{whole}/{at - 1}{found[2]}"] = [*values]
    return {**left, whole + COUNT: [str(count - 1)]}
