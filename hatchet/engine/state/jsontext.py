"""JSON that travels as text: checked once, stored as it came, never decoded and encoded again without need."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import NoReturn, TypeAlias

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"
JsonObject: TypeAlias = "dict[str, JsonValue]"

_NUL_ESCAPE = "\\u0000"
_HALF = re.compile(r"\\u[dD][89a-fA-F]")
"""The escape of half a character; two that belong together become one, a single one can be neither stored nor sent."""


def _no_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text} is larger than any number")  # and would be written as no JSON
    return number


# Made once: `json.loads` and `json.dumps` make one for every call with options.
_DECODER = json.JSONDecoder(parse_constant=_no_constant, parse_float=_finite)
_ENCODER = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)


MAX_NESTED = 400
"""Most lists and objects within each other. Everything that reads them, SQLite included, can go that deep."""


def parse(text: str) -> JsonValue:
    """The value of a JSON text; raises ValueError when it is none, or holds NaN, an infinity or half a character."""
    try:
        value: JsonValue = _DECODER.decode(text)
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None
    if text.count("[") + text.count("{") > MAX_NESTED and _is_deeper(value, MAX_NESTED):
        raise ValueError(_TOO_DEEP)
    if _HALF.search(text) and not _is_text(dump(value)):
        raise ValueError("half of a surrogate pair is no character")
    return value


def has_nul(text: str, value: JsonValue) -> bool:
    """Whether a string inside the value holds the NUL character, which no part of the protocol lets through."""
    # An escaped backslash before "u0000" is harmless, so the text alone can only clear, not convict.
    return _NUL_ESCAPE in text and _holds_nul(value)


def parse_object(text: str, what: str) -> JsonObject:
    """The object of a JSON text, empty for an empty text; raises ValueError with words for the sender."""
    if not text:
        return {}
    try:
        value = parse(text)
    except ValueError as error:
        raise ValueError(f"invalid json in field {what}: {error}") from None
    if not isinstance(value, dict):
        raise ValueError(f"field {what} must be a JSON object, got {type(value).__name__}")
    if has_nul(text, value):
        raise ValueError(f"invalid null character \\u0000 in field {what}")
    return value


def object_or_empty(text: str | None) -> JsonObject:
    """The object of a stored JSON text; anything that is not an object counts as empty."""
    if not text or text == "{}":
        return {}
    value: JsonValue = json.loads(text)
    return value if isinstance(value, dict) else {}


def output_fault(text: str) -> str | None:
    """What is wrong with a task's output, or None; an empty text is no output and fine."""
    if not text:
        return None
    try:
        value = parse(text)
    except ValueError:
        return "invalid json in field taskOutput"
    if has_nul(text, value):
        return "invalid null character \\u0000 in field taskOutput"
    return None


def dump(value: JsonValue | Mapping[str, str]) -> str:
    """JSON text of a value."""
    return _ENCODER.encode(value)


_TOO_DEEP = f"more than {MAX_NESTED} lists and objects stand within each other"


def _is_deeper(value: JsonValue, most: int) -> bool:
    """Whether lists and objects stand deeper within each other."""
    layer: list[list[JsonValue] | JsonObject] = [value] if isinstance(value, list | dict) else []
    for _ in range(most):
        layer = [
            part
            for item in layer
            for part in (item.values() if isinstance(item, dict) else item)
            if isinstance(part, list | dict)
        ]
        if not layer:
            return False
    return True


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _holds_nul(value: JsonValue) -> bool:
    open_values: list[JsonValue] = [value]
    while open_values:
        item = open_values.pop()
        if isinstance(item, str):
            if "\x00" in item:
                return True
        elif isinstance(item, dict):
            open_values.extend(item.keys())
            open_values.extend(item.values())
        elif isinstance(item, list):
            open_values.extend(item)
    return False
