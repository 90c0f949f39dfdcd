"""Operators and functions of CEL expressions, with the types they take and give. Pure."""

from __future__ import annotations

import hashlib
import math
import operator
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hatchet._dataclasses import dataclass
from hatchet.engine.cel import strings, values
from hatchet.engine.cel.values import CelFault, Value

# The overload table holds functions of many signatures; each is only called with the types its row names.
Implementation: TypeAlias = Callable[..., Any]


@dataclass(frozen=True)
class Overload:
    """One signature of a function and what it does; `any` takes every type."""

    args: tuple[str, ...]
    result: str
    call: Implementation
    element: str = "dyn"
    """Type of the items of a list that it gives."""


@dataclass(frozen=True)
class Function:
    """A function or operator with its signatures; a member is written behind its first argument."""

    overloads: tuple[Overload, ...]

    def call(self, args: tuple[Value, ...]) -> Value:
        """The value for arguments whose types are known only now."""
        kinds = tuple(map(values.kind, args))
        for overload in self.overloads:
            if len(overload.args) == len(kinds) and all(
                want == have or want == "any" for want, have in zip(overload.args, kinds, strict=True)
            ):
                result: Value = overload.call(*args)
                return result
        raise CelFault("no such overload")


Table: TypeAlias = "dict[str, Function]"


def _table(rows: str, calls: Mapping[str, Implementation]) -> Table:
    """Read rows such as `split: string string -> list/string = split`."""
    found: dict[str, list[Overload]] = {}
    for row in filter(None, map(str.strip, rows.splitlines())):
        head, _, call = row.partition(" = ")
        name, _, signature = head.partition(": ")
        args, _, result = signature.partition("-> ")
        result, _, element = result.partition("/")
        overload = Overload(tuple(args.split()), result, calls[call], element or "dyn")
        found.setdefault(name, []).append(overload)
    return {name: Function(tuple(overloads)) for name, overloads in found.items()}


def _concatenate(left: str, right: str) -> str:
    strings.bounded(len(left) + len(right))
    return left + right


def _whole(operation: Callable[[int, int], int], *, unsigned: bool = False) -> Implementation:
    def call(left: int, right: int) -> int:
        return values.within(operation(int(left), int(right)), unsigned=unsigned)

    return call


def _negated(value: int) -> int:
    return values.within(-value, unsigned=False)


def _same(value: Value) -> Value:
    return value


def _type_of(value: Value) -> Value:
    return values.TypeValue(values.type_name(value))


def _chain(left: list[Value], right: list[Value]) -> list[Value]:
    strings.bounded(len(left) + len(right))
    return [*left, *right]


def _shift(moment: datetime, by: timedelta) -> datetime:
    try:
        return moment + by
    except OverflowError:
        raise CelFault("timestamp overflow") from None


def _shift_(by: timedelta, moment: datetime) -> datetime:
    return _shift(moment, by)


def _shift_back(moment: datetime, by: timedelta) -> datetime:
    return _shift(moment, -by)


def _matches(text: str, pattern: str) -> bool:
    # Loaded only here, and linear in the text: Python's own `re` could be made to run for hours.
    from celpy.evaluation import function_matches

    found = function_matches(text, pattern)
    if isinstance(found, Exception):
        raise CelFault(f"invalid regular expression: {pattern!r}")
    return bool(found)


def _local(moment: datetime, zone: str = "UTC") -> datetime:
    if zone[:1] in "+-" or zone[:1].isdigit():
        sign = -1 if zone.startswith("-") else 1
        hours, _, minutes = zone.lstrip("+-").partition(":")
        if not (hours.isdigit() and minutes.isdigit() and int(hours) < 24 and int(minutes) < 60):
            raise CelFault(f"unknown time zone {zone}")
        return moment.astimezone(timezone(sign * timedelta(hours=int(hours), minutes=int(minutes))))
    try:
        return moment.astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise CelFault(f"unknown time zone {zone}") from None


_DATE_PARTS: dict[str, Callable[[datetime], int]] = {
    "getFullYear": lambda at: at.year,
    "getMonth": lambda at: at.month - 1,
    "getDate": lambda at: at.day,
    "getDayOfMonth": lambda at: at.day - 1,
    "getDayOfWeek": lambda at: at.isoweekday() % 7,
    "getDayOfYear": lambda at: at.timetuple().tm_yday - 1,
    "getHours": lambda at: at.hour,
    "getMinutes": lambda at: at.minute,
    "getSeconds": lambda at: at.second,
    "getMilliseconds": lambda at: at.microsecond // 1000,
}
_DURATION_PARTS: dict[str, Callable[[timedelta], int]] = {
    "getHours": lambda span: math.trunc(span / timedelta(hours=1)),
    "getMinutes": lambda span: math.trunc(span / timedelta(minutes=1)),
    "getSeconds": lambda span: math.trunc(span / timedelta(seconds=1)),
    "getMilliseconds": lambda span: math.trunc(span / timedelta(milliseconds=1)),
}

OPERATORS: Table = _table(
    """
    _+_: int int -> int = add
    _+_: uint uint -> uint = addu
    _+_: double double -> double = addf
    _+_: string string -> string = concatenate
    _+_: bytes bytes -> bytes = concatenate
    _+_: list list -> list = chain
    _+_: timestamp duration -> timestamp = shift
    _+_: duration timestamp -> timestamp = shift_
    _+_: duration duration -> duration = addf
    _-_: int int -> int = sub
    _-_: uint uint -> uint = subu
    _-_: double double -> double = subf
    _-_: timestamp timestamp -> duration = subf
    _-_: timestamp duration -> timestamp = shift_back
    _-_: duration duration -> duration = subf
    _*_: int int -> int = mul
    _*_: uint uint -> uint = mulu
    _*_: double double -> double = mulf
    _/_: int int -> int = div
    _/_: uint uint -> uint = divu
    _/_: double double -> double = divf
    _%_: int int -> int = mod
    _%_: uint uint -> uint = modu
    -_: int -> int = neg
    -_: double -> double = negf
    """,
    {
        "add": _whole(operator.add),
        "addu": _whole(operator.add, unsigned=True),
        "addf": operator.add,
        "concatenate": _concatenate,
        "chain": _chain,
        "shift": _shift,
        "shift_": _shift_,
        "shift_back": _shift_back,
        "sub": _whole(operator.sub),
        "subu": _whole(operator.sub, unsigned=True),
        "subf": operator.sub,
        "mul": _whole(operator.mul),
        "mulu": _whole(operator.mul, unsigned=True),
        "mulf": operator.mul,
        "div": _whole(values.divide),
        "divu": _whole(values.divide, unsigned=True),
        "divf": values.divide_doubles,
        "mod": _whole(values.modulo),
        "modu": _whole(values.modulo, unsigned=True),
        "neg": _negated,
        "negf": operator.neg,
    },
)

GLOBALS: Table = _table(
    """
    size: string -> int = size
    size: bytes -> int = size
    size: list -> int = size
    size: map -> int = size
    matches: string string -> bool = matches
    int: int -> int = int
    int: uint -> int = int
    int: double -> int = int
    int: string -> int = int
    int: timestamp -> int = int
    uint: uint -> uint = uint
    uint: int -> uint = uint
    uint: double -> uint = uint
    uint: string -> uint = uint
    double: double -> double = double
    double: int -> double = double
    double: uint -> double = double
    double: string -> double = double
    bool: bool -> bool = bool
    bool: string -> bool = bool
    string: string -> string = string
    string: bool -> string = string
    string: int -> string = string
    string: uint -> string = string
    string: double -> string = string
    string: bytes -> string = string
    string: timestamp -> string = string
    string: duration -> string = string
    bytes: bytes -> bytes = bytes
    bytes: string -> bytes = bytes
    timestamp: timestamp -> timestamp = timestamp
    timestamp: string -> timestamp = timestamp
    timestamp: int -> timestamp = timestamp
    duration: duration -> duration = duration
    duration: string -> duration = duration
    dyn: any -> dyn = dyn
    type: any -> type = type
    """,
    {
        "size": values.size,
        "matches": _matches,
        "int": values.to_int,
        "uint": values.to_uint,
        "double": values.to_double,
        "bool": values.to_bool,
        "string": values.to_string,
        "bytes": values.to_bytes,
        "timestamp": values.to_timestamp,
        "duration": values.to_duration,
        "dyn": _same,
        "type": _type_of,
    },
)


def _date_part(part: Callable[[datetime], int]) -> Implementation:
    def read(moment: datetime, zone: str = "UTC") -> int:
        return part(_local(moment, zone))

    return read


MEMBERS: Table = _table(
    """
    size: string -> int = size
    size: bytes -> int = size
    size: list -> int = size
    size: map -> int = size
    contains: string string -> bool = contains
    startsWith: string string -> bool = startsWith
    endsWith: string string -> bool = endsWith
    matches: string string -> bool = matches
    """
    + "".join(f"{name}: timestamp -> int = {name}\n{name}: timestamp string -> int = {name}\n" for name in _DATE_PARTS)
    + "".join(f"{name}: duration -> int = {name}_\n" for name in _DURATION_PARTS),
    {
        "size": values.size,
        "contains": operator.contains,
        "startsWith": str.startswith,
        "endsWith": str.endswith,
        "matches": _matches,
        **{name: _date_part(part) for name, part in _DATE_PARTS.items()},
        **{f"{name}_": part for name, part in _DURATION_PARTS.items()},
    },
)

STRINGS: Table = _table(
    """
    charAt: string int -> string = charAt
    indexOf: string string -> int = indexOf
    indexOf: string string int -> int = indexOf
    lastIndexOf: string string -> int = lastIndexOf
    lastIndexOf: string string int -> int = lastIndexOf
    join: list -> string = join
    join: list string -> string = join
    replace: string string string -> string = replace
    replace: string string string int -> string = replace
    split: string string -> list/string = split
    split: string string int -> list/string = split
    substring: string int -> string = substring
    substring: string int int -> string = substring
    lowerAscii: string -> string = lowerAscii
    upperAscii: string -> string = upperAscii
    trim: string -> string = trim
    reverse: string -> string = reverse
    format: string list -> string = format
    """,
    {
        "charAt": strings.char_at,
        "indexOf": strings.index_of,
        "lastIndexOf": strings.last_index_of,
        "join": strings.join,
        "replace": strings.replace,
        "split": strings.split,
        "substring": strings.substring,
        "lowerAscii": strings.lower_ascii,
        "upperAscii": strings.upper_ascii,
        "trim": strings.trim,
        "reverse": strings.reverse,
        "format": strings.format_,
    },
)
QUOTE: Table = _table("strings.quote: string -> string = quote", {"quote": strings.quote})


def _checksum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _unbound(text: str) -> str:
    raise CelFault("no such overload: checksum(string)")


CHECKSUM: Table = _table("checksum: string -> string = sum", {"sum": _checksum})
DECLARED_CHECKSUM: Table = _table("checksum: string -> string = none", {"none": _unbound})
"""The function that two environments of the real engine know by name only: it compiles there and fails when called."""
