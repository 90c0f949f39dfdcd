"""What the literals of CEL expressions stand for. Pure."""

from __future__ import annotations

import math
import re

from hatchet.engine.cel import values
from hatchet.engine.cel.values import CelFault, Unsigned, Value

_ESCAPE = re.compile(
    r"\\(?:([abfnrtv\\'\"`?])|[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|(.?))", re.DOTALL
)
_SIMPLE = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def constant(kind: str, text: str) -> Value:
    """The value of a literal of the kind int, uint, float or text; raises CelFault when it has none."""
    match kind:
        case "float":
            number = float(text)
            if math.isinf(number):
                raise CelFault("invalid double literal")
            return number
        case "int" | "uint":
            return _whole(text, unsigned=kind == "uint")
        case _:
            return _bytes(text[1:]) if text[0] in "bB" else _text(text)


def _whole(text: str, *, unsigned: bool) -> int:
    digits = text.rstrip("uU") if unsigned else text
    # Longer than any number of 64 bits: not worth reading, and Python refuses thousands of digits.
    number = int(digits, 16 if "x" in digits else 10) if len(digits.lstrip("-0x")) < 40 else values.MAX_UINT + 1
    try:
        values.within(number, unsigned=unsigned)
    except CelFault:
        raise CelFault(f"invalid {'uint' if unsigned else 'int'} literal") from None
    return Unsigned(number) if unsigned else number


def _body(text: str) -> tuple[str, bool]:
    """What stands between the quotes, with every line end written as one, and whether it is raw."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    raw = text[0] in "rR"
    text = text[1:] if raw else text
    margin = 3 if text[:3] in ('"""', "'''") and len(text) >= 6 else 1
    return text[margin:-margin], raw


def _text(text: str) -> str:
    body, raw = _body(text)
    return body if raw else _ESCAPE.sub(_character, body)


def _character(match: re.Match[str]) -> str:
    simple, two, four, eight, octal, _ = match.groups()
    if simple is not None:
        return _SIMPLE.get(simple, simple)
    digits = two or four or eight
    if digits is not None:
        code = int(digits, 16)
    elif octal is not None:
        code = int(octal, 8)
    else:
        raise CelFault("Syntax error: unknown escape sequence in a string")
    if code > 0x10FFFF or 0xD800 <= code < 0xE000:
        raise CelFault("Syntax error: no such character")
    return chr(code)


def _bytes(text: str) -> bytes:
    body, raw = _body(text)
    if raw:
        return body.encode()
    parts: list[bytes] = []
    at = 0
    for match in _ESCAPE.finditer(body):
        parts.append(body[at : match.start()].encode())
        simple, two, _, _, octal, _ = match.groups()
        if simple is not None:
            parts.append(_SIMPLE.get(simple, simple).encode())
        elif two is not None:
            parts.append(bytes([int(two, 16)]))
        elif octal is not None:
            parts.append(bytes([int(octal, 8)]))
        else:
            raise CelFault("Syntax error: unknown escape sequence in bytes")
        at = match.end()
    parts.append(body[at:].encode())
    return b"".join(parts)
