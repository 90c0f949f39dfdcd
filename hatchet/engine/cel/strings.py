"""The string functions that expressions may use beyond CEL's own. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence

from hatchet.engine.cel.values import CelFault, TypeValue, Value, double_text, kind, to_string

MAX_TEXT = 1_000_000
"""Longest text an expression may build, in characters."""

_UPPER = str.maketrans({chr(code): chr(code - 32) for code in range(ord("a"), ord("z") + 1)})
_LOWER = str.maketrans({chr(code): chr(code + 32) for code in range(ord("A"), ord("Z") + 1)})
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
    """Where a part first occurs, or -1."""
    if part == "":
        return offset
    if not 0 <= offset <= len(text):
        raise CelFault(f"index out of range: {offset}")
    return text.find(part, offset)


def last_index_of(text: str, part: str, offset: int | None = None) -> int:
    """Where a part last occurs, or -1."""
    if part == "":
        return len(text) if offset is None else offset
    if offset is None:
        return text.rfind(part)
    if not 0 <= offset <= len(text):
        raise CelFault(f"index out of range: {offset}")
    return text.rfind(part, 0, offset + len(part))


def substring(text: str, start: int, end: int | None = None) -> str:
    """The characters from `start` to before `end`."""
    end = len(text) if end is None else end
    if not 0 <= start <= len(text):
        raise CelFault(f"index out of range: {start}")
    if not 0 <= end <= len(text):
        raise CelFault(f"index out of range: {end}")
    if start > end:
        raise CelFault(f"invalid substring range. start: {start}, end: {end}")
    return text[start:end]


def replace(text: str, old: str, new: str, limit: int = -1) -> str:
    """The text with a part replaced, at most `limit` times when that is not negative."""
    count = text.count(old) if limit < 0 else min(limit, text.count(old))
    bounded(len(text) + count * max(0, len(new) - len(old)))
    return text.replace(old, new, limit)


def split(text: str, separator: str, limit: int = -1) -> list[Value]:
    """The parts between separators, at most `limit` of them when that is not negative."""
    if limit == 0:
        return []
    if separator == "":
        characters = list(text)
        if 0 < limit < len(characters):
            return [*characters[: limit - 1], "".join(characters[limit - 1 :])]
        return [*characters]
    return [*text.split(separator, limit - 1 if limit > 0 else -1)]


def join(parts: Sequence[Value], separator: str = "") -> str:
    """The texts of a list in one."""
    texts: list[str] = []
    for part in parts:
        if not isinstance(part, str):
            raise CelFault(f"join: elements must be strings, got {kind(part)}")
        texts.append(part)
    bounded(sum(map(len, texts)) + len(separator) * len(texts))
    return separator.join(texts)


def lower_ascii(text: str) -> str:
    """The text with the letters A to Z in lower case."""
    return text.translate(_LOWER)


def upper_ascii(text: str) -> str:
    """The text with the letters a to z in upper case."""
    return text.translate(_UPPER)


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


def format_(pattern: str, values: Sequence[Value]) -> str:
    """The pattern with its clauses (`%s`, `%d`, `%.2f`, `%e`, `%b`, `%x`, `%X`, `%o`, `%%`) filled in."""
    parts: list[str] = []
    used = 0
    position = 0
    length = 0
    while position < len(pattern):
        found = pattern.find("%", position)
        if found < 0:
            parts.append(pattern[position:])
            break
        parts.append(pattern[position:found])
        position = found + 1
        if pattern[position : position + 1] == "%":
            parts.append("%")
            position += 1
            continue
        precision = 6
        if pattern[position : position + 1] == ".":
            digits = position + 1
            while pattern[digits : digits + 1].isdigit():
                digits += 1
            precision = int(pattern[position + 1 : digits] or "0")
            if precision > 100:
                raise CelFault(f"could not parse formatting clause: precision {precision} is too large")
            position = digits
        clause = pattern[position : position + 1]
        position += 1
        if not clause:
            raise CelFault("could not parse formatting clause: unexpected end of string")
        if used >= len(values):
            raise CelFault(f"index {used} out of range")
        parts.append(_clause(clause, precision, values[used]))
        length += len(parts[-1])
        bounded(length)
        used += 1
    return "".join(parts)


def _clause(clause: str, precision: int, value: Value) -> str:
    if clause == "s":
        return _display(value)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if clause == "d" and number:
        return _display(value)
    if clause in "fe" and isinstance(value, int | float) and number:
        if not math.isfinite(value):
            return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
        return format(float(value), f".{precision}{clause}")
    if clause == "b" and isinstance(value, int):
        return format(int(value), "b")
    if clause == "o" and isinstance(value, int) and number:
        return format(int(value), "o")
    if clause in "xX":
        text: str | None = None
        if isinstance(value, int) and number:
            text = format(int(value), "x")
        elif isinstance(value, str):
            text = value.encode().hex()
        elif isinstance(value, bytes):
            text = value.hex()
        if text is not None:
            return text.upper() if clause == "X" else text
    if clause not in "sdfebxXo":
        raise CelFault(f'could not parse formatting clause: unrecognized formatting clause "{clause}"')
    raise CelFault(f"error during formatting: no such overload: %{clause} of {kind(value)}")


def _display(value: Value) -> str:
    if value is None:
        return "null"
    if isinstance(value, float):
        if math.isinf(value):
            return "Infinity" if value > 0 else "-Infinity"
        return double_text(value)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_display, value)) + "]"
    if isinstance(value, dict):
        entries = sorted((_display(key), _display(item)) for key, item in value.items())
        return "{" + ", ".join(f"{key}: {item}" for key, item in entries) + "}"
    return value.name if isinstance(value, TypeValue) else to_string(value)
