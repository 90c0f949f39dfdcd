"""The string functions that expressions may use beyond CEL's own. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence

from hatchet.engine.cel.conversions import double_text, to_string
from hatchet.engine.cel.times import moment_text
from hatchet.engine.cel.values import CelFault, Meter, Timestamp, TypeValue, Value, is_list, is_map, kind

MAX_TEXT = 1_000_000
"""Longest text an expression may build, in characters."""

_ESCAPES = {"\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v"}
_BLANKS = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))


def bounded(length: int) -> None:
    """Refuse to build a text longer than any expression needs."""
    if length > MAX_TEXT:
        raise CelFault(f"the expression builds a text of more than {MAX_TEXT} characters")


def char_at(text: str, position: int) -> str:
    """The character at a position, empty just behind the end."""
    if not 0 <= position <= len(text):
        raise CelFault(f"index out of range: {position}")
    return text[position : position + 1]


def index_of(text: str, part: str, offset: int = 0) -> int:
    """Where a part first occurs from a place on, or -1."""
    if offset < 0:
        raise CelFault(f"index out of range: {offset}")
    return text.find(part, min(offset, len(text))) if part else min(offset, len(text))


def last_index_of(text: str, part: str, offset: int | None = None) -> int:
    """Where a part last begins up to a place, or -1."""
    if offset is None:
        return text.rfind(part)
    if offset < 0:
        raise CelFault(f"index out of range: {offset}")
    if not part:
        return min(offset, len(text))
    return text.rfind(part, 0, offset + len(part)) if offset < len(text) else -1


def substring(text: str, start: int, end: int | None = None) -> str:
    """The characters from `start` to before `end`."""
    end = len(text) if end is None else end
    if start > end and 0 <= start <= len(text):
        raise CelFault(f"invalid substring range. start: {start}, end: {end}")
    if not 0 <= start <= len(text):
        raise CelFault(f"index out of range: {start}")
    if not 0 <= end <= len(text):
        raise CelFault(f"index out of range: {end}")
    return text[start:end]


def replace(text: str, old: str, new: str, limit: int = -1) -> str:
    """The text with a part replaced, at most `limit` times when that is not negative."""
    count = text.count(old) if limit < 0 else min(limit, text.count(old))
    bounded(len(text) + count * max(0, len(new) - len(old)))
    return text.replace(old, new, limit)


_PARTS_PER_STEP = 10


def split(meter: Meter, text: str, separator: str, limit: int = -1) -> list[Value]:
    """The parts between separators, at most `limit` of them when that is not negative."""
    if limit == 0:
        return []
    count = text.count(separator) if separator else len(text)
    meter.spend((count if limit < 0 else min(count, limit)) // _PARTS_PER_STEP)
    if separator == "":
        characters = list(text)
        if 0 < limit < len(characters):
            return [*characters[: limit - 1], "".join(characters[limit - 1 :])]
        return [*characters]
    return [*text.split(separator, max(limit - 1, -1))]


def join(meter: Meter, parts: Sequence[Value], separator: str = "") -> str:
    """The texts of a list in one."""
    meter.spend(len(parts))
    texts: list[str] = []
    for part in parts:
        if not isinstance(part, str):
            raise CelFault(f"join: elements must be strings, got {kind(part)}")
        texts.append(part)
    bounded(sum(map(len, texts)) + len(separator) * len(texts))
    return separator.join(texts)


def lower_ascii(text: str) -> str:
    """The text with the letters A to Z in lower case."""
    # Bytes know only these letters, and are much faster than a table of characters.
    return text.encode("utf-8", "surrogatepass").lower().decode("utf-8", "surrogatepass")


def upper_ascii(text: str) -> str:
    """The text with the letters a to z in upper case."""
    return text.encode("utf-8", "surrogatepass").upper().decode("utf-8", "surrogatepass")


def trim(text: str) -> str:
    """The text without blanks at its ends."""
    return text.strip(_BLANKS)


def reverse(text: str) -> str:
    """The text backwards."""
    return text[::-1]


def quote(text: str) -> str:
    """The text as a literal."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    for character, spelling in _ESCAPES.items():
        escaped = escaped.replace(character, spelling)
    return f'"{escaped}"'


_CLAUSE = re.compile(r"%(?:%|(?:\.([0-9]+))?([sdfebxXo]))")
_MAX_PRECISION = 100
_FITTING = {
    "d": ("int", "uint", "double"),
    "f": ("int", "uint", "double"),
    "e": ("int", "uint", "double"),
    "b": ("int", "uint", "bool"),
    "o": ("int", "uint"),
    "x": ("int", "uint", "string", "bytes"),
    "X": ("int", "uint", "string", "bytes"),
}
"""The types that a clause takes; `%s` takes all."""


def _clauses(pattern: str) -> Iterator[tuple[str, str, int]]:
    """The pieces of a pattern: the text before a clause, its letter (none behind the last one), its precision."""
    at = 0
    text = ""
    while (found := pattern.find("%", at)) >= 0:
        text += pattern[at:found]
        match = _CLAUSE.match(pattern, found)
        if match is None:
            raise CelFault(f"could not parse formatting clause: {pattern[found : found + 10]!r}")
        at = match.end()
        precision, letter = match.groups()
        if letter is None:
            yield text + "%", "", 0
        else:
            if precision is not None and (len(precision) > 3 or int(precision) > _MAX_PRECISION):
                raise CelFault(f"could not parse formatting clause: precision {precision[:10]} is too large")
            yield text, letter, 6 if precision is None else int(precision)
        text = ""
    yield text + pattern[at:], "", 0


def check_format(pattern: str, kinds: Sequence[str]) -> None:
    """Refuse what is wrong with a pattern whatever the values, whose types are known or `dyn`."""
    letters = [letter for _, letter, _ in _clauses(pattern) if letter]
    if len(letters) > len(kinds):
        raise CelFault(f"index {len(kinds)} out of range")
    if len(letters) < len(kinds):
        raise CelFault(f"too many arguments supplied to string.format (expected {len(letters)}, got {len(kinds)})")
    for letter, given in zip(letters, kinds, strict=True):
        if given != "dyn" and given not in _FITTING.get(letter, (given,)):
            raise CelFault(f"error during formatting: %{letter} takes {', '.join(_FITTING[letter])}, not {given}")


def format_(meter: Meter, pattern: str, values: Sequence[Value]) -> str:
    """The pattern with its clauses (`%s`, `%d`, `%.2f`, `%e`, `%b`, `%x`, `%X`, `%o`, `%%`) filled in."""
    parts: list[str] = []
    used = 0
    length = 0
    for text, letter, precision in _clauses(pattern):
        meter.spend(2)
        parts.append(text)
        if not letter:
            continue
        if used >= len(values):
            raise CelFault(f"index {used} out of range")
        meter.spend(_DISPLAYED + precision // 4)
        parts.append(_clause(meter, letter, precision, values[used]))
        length += len(parts[-1])
        bounded(length)
        used += 1
    return "".join(parts)


def _clause(meter: Meter, letter: str, precision: int, value: Value) -> str:
    given = kind(value)
    if given not in _FITTING.get(letter, (given,)):
        raise CelFault(f"error during formatting: %{letter} takes {', '.join(_FITTING[letter])}, not {given}")
    if letter in "fe" and isinstance(value, int | float):
        if not math.isfinite(value):
            return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
        return format(float(value), f".{precision}{letter}")
    if letter in "box" and isinstance(value, int):
        return format(int(value), letter)
    if letter == "X":
        return _clause(meter, "x", precision, value).upper()
    if letter == "x" and isinstance(value, str | bytes):
        meter.spend(len(value) // _WRITTEN_PER_STEP)
        return (value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")).hex()
    return _display(meter, value)


def _display(meter: Meter, value: Value) -> str:
    if value is None:
        return "null"
    if isinstance(value, str | bytes):
        meter.spend(len(value) // _WRITTEN_PER_STEP)
    if isinstance(value, float):
        if math.isinf(value):
            return "Infinity" if value > 0 else "-Infinity"
        return double_text(value)
    if is_list(value):
        meter.spend(_DISPLAYED * len(value))
        return "[" + ", ".join(_display(meter, item) for item in value) + "]"
    if is_map(value):
        meter.spend(2 * _DISPLAYED * len(value))
        entries = sorted((_display(meter, key), _display(meter, item)) for key, item in value.items())
        return "{" + ", ".join(f"{key}: {item}" for key, item in entries) + "}"
    if isinstance(value, Timestamp):
        return moment_text(value)
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return value.name if isinstance(value, TypeValue) else to_string(value)


_WRITTEN_PER_STEP = 500
"""Characters that are written out in the time of a step."""
_DISPLAYED = 10
"""Steps that it takes to write out an item."""
