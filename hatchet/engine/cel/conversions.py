"""Conversions between the types of CEL expressions: `int()`, `string()` and their like. Pure."""

from __future__ import annotations

import math
import re
from decimal import Decimal

from hatchet.engine.cel import times, values
from hatchet.engine.cel.values import CelFault, Duration, Timestamp, Unsigned, Value

_TRUE = frozenset(("1", "t", "T", "TRUE", "true", "True"))
_FALSE = frozenset(("0", "f", "F", "FALSE", "false", "False"))
_MAX_DIGITS = 4_000
"""Longest text that is read as a number; Python refuses longer ones itself."""
_INT = re.compile(rf"[+-]?[0-9]{{1,{_MAX_DIGITS}}}")
_UINT = re.compile(rf"[0-9]{{1,{_MAX_DIGITS}}}")
_DIGITS = r"[0-9](?:_?[0-9])*"
_DOUBLE = re.compile(
    rf"[+-]?(?:(?:{_DIGITS}\.?(?:{_DIGITS})?|\.{_DIGITS})(?:[eE][+-]?{_DIGITS})?|inf(?:inity)?|nan)", re.IGNORECASE
)
_HEX_DOUBLE = re.compile(r"[+-]?0x(?:[0-9a-f]+\.?[0-9a-f]*|\.[0-9a-f]+)p[+-]?[0-9]{1,4}", re.IGNORECASE)


def _unreadable(text: str, wanted: str) -> CelFault:
    return CelFault(f"type conversion error from 'string' to '{wanted}': {text[:100]!r}")


def to_int(value: Value) -> int:
    """`int(value)`."""
    if isinstance(value, float):
        # Both ends of the range are doubles that lie outside it, or count as if they did.
        if not math.isfinite(value) or not float(values.MIN_INT) < value < float(values.MAX_INT):
            raise CelFault("integer overflow")
        return int(value)
    if isinstance(value, str):
        if not _INT.fullmatch(value) or not values.MIN_INT <= int(value) <= values.MAX_INT:
            raise _unreadable(value, "int")
        return int(value)
    if isinstance(value, Timestamp):
        return times.seconds_of(value)
    if isinstance(value, Duration):
        return value.ns
    if isinstance(value, int):
        return values.within(int(value), unsigned=False)
    raise CelFault("no such overload")


def to_uint(value: Value) -> int:
    """`uint(value)`."""
    if isinstance(value, float):
        if not math.isfinite(value) or not 0 <= value < 2.0**64:
            raise CelFault("unsigned integer overflow")
        return Unsigned(int(value))
    if isinstance(value, str):
        if not _UINT.fullmatch(value) or int(value) > values.MAX_UINT:
            raise _unreadable(value, "uint")
        return Unsigned(int(value))
    if isinstance(value, int):
        return values.within(int(value), unsigned=True)
    raise CelFault("no such overload")


def to_double(value: Value) -> float:
    """`double(value)`."""
    if isinstance(value, str):
        if len(value) <= _MAX_DIGITS and (match := _DOUBLE.fullmatch(value) or _HEX_DOUBLE.fullmatch(value)):
            try:
                number = float(value) if match.re is _DOUBLE else float.fromhex(value)
            except OverflowError:
                raise _unreadable(value, "double") from None
            if not math.isinf(number) or "n" in value.lower():
                return number
        raise _unreadable(value, "double")
    if isinstance(value, int | float):
        return float(value)
    raise CelFault("no such overload")


def to_bool(value: Value) -> bool:
    """`bool(value)`."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        if value in _TRUE or value in _FALSE:
            return value in _TRUE
        raise _unreadable(value, "bool")
    raise CelFault("no such overload")


def to_string(value: Value) -> str:
    """`string(value)`."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, float):
        return short_text(value)
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            raise CelFault("invalid UTF-8 in bytes, cannot convert to string") from None
    if isinstance(value, Timestamp):
        return times.moment_text(value, value.offset)
    if isinstance(value, Duration):
        return double_text(times.span_seconds(value)) + "s"
    raise CelFault("no such overload")


def short_text(value: float) -> str:
    """A double as `string()` writes it: without a point when it is whole, with an exponent from a million on."""
    if math.isfinite(value) and value != 0:
        digits = Decimal(repr(value))
        if not -4 <= digits.adjusted() < 6:
            mantissa, _, exponent = format(digits.normalize(), "e").partition("e")
            return f"{mantissa}e{int(exponent):+03d}"
    return double_text(value)


def double_text(value: float) -> str:
    """A double in its shortest spelling without exponent."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    text = format(Decimal(repr(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def to_bytes(value: Value) -> bytes:
    """`bytes(value)`."""
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass")
    if isinstance(value, bytes):
        return value
    raise CelFault("no such overload")


def to_timestamp(value: Value) -> Timestamp:
    """`timestamp(value)`."""
    if isinstance(value, Timestamp):
        return value
    if isinstance(value, str):
        return times.read_moment(value)
    if isinstance(value, int):
        return times.moment_of_seconds(value)
    raise CelFault("no such overload")


def to_duration(value: Value) -> Duration:
    """`duration(value)`."""
    if isinstance(value, Duration):
        return value
    if isinstance(value, str):
        return times.read_span(value)
    raise CelFault("no such overload")
