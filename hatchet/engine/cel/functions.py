"""Operators and functions of CEL expressions, with the types they take and give. Pure."""

from __future__ import annotations

import hashlib
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from typing import Any, TypeAlias

from hatchet._dataclasses import dataclass
from hatchet.engine.cel import conversions, patterns, strings, times, values
from hatchet.engine.cel.kinds import Kind, read_kind
from hatchet.engine.cel.values import CelFault, Meter, Value

# The overload table holds functions of many signatures; each is only called with the types its row names.
Implementation: TypeAlias = Callable[..., Any]


@dataclass(frozen=True)
class Overload:
    """One signature of a function and what it does."""

    args: tuple[Kind, ...]
    result: Kind
    call: Implementation
    metered: bool
    """Whether it takes the meter before its arguments, to pay for work that depends on more than their length."""
    free: bool
    """Whether it takes a step however long its arguments are."""


@dataclass(frozen=True)
class Function:
    """A function or operator with its signatures; a member is written behind its first argument."""

    overloads: tuple[Overload, ...]
    _met: dict[tuple[type, ...], Overload] = field(default_factory=dict[tuple[type, ...], Overload])

    def fitting(self, args: tuple[Value, ...]) -> Overload:
        """The signature for arguments whose types are known only now."""
        types = tuple(map(type, args))
        if (known := self._met.get(types)) is not None:
            return known
        found = tuple(map(values.kind, args))
        for overload in self.overloads:
            if len(overload.args) == len(found) and all(
                want.name == have or want.open for want, have in zip(overload.args, found, strict=True)
            ):
                self._met[types] = overload
                return overload
        raise CelFault("no such overload")


Table: TypeAlias = "dict[str, Function]"


def _table(rows: str, calls: Mapping[str, Implementation]) -> Table:
    """Read rows such as `split: string string -> list:string = split`.

    A `$` before the last name says that the function is metered, a `~` that it is free.
    """
    found: dict[str, list[Overload]] = {}
    for row in filter(None, map(str.strip, rows.splitlines())):
        head, _, call = row.partition(" = ")
        name, _, signature = head.partition(": ")
        args, _, result = signature.partition("-> ")
        overload = Overload(
            tuple(map(read_kind, args.split())),
            read_kind(result),
            calls[call.lstrip("$~")],
            metered=call.startswith("$"),
            free=call.startswith("~"),
        )
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


# The order of signatures is cel-go's: where a type is not known yet, the first that fits decides it.
OPERATORS: Table = _table(
    """
    _+_: bytes bytes -> bytes = concatenate
    _+_: double double -> double = addf
    _+_: duration duration -> duration = longer
    _+_: duration timestamp -> timestamp = after
    _+_: timestamp duration -> timestamp = later
    _+_: int int -> int = add
    _+_: list:$A list:$A -> list:$A = chain
    _+_: string string -> string = concatenate
    _+_: uint uint -> uint = addu
    _-_: double double -> double = subf
    _-_: duration duration -> duration = shorter
    _-_: int int -> int = sub
    _-_: timestamp duration -> timestamp = earlier
    _-_: timestamp timestamp -> duration = between
    _-_: uint uint -> uint = subu
    _*_: double double -> double = mulf
    _*_: int int -> int = mul
    _*_: uint uint -> uint = mulu
    _/_: double double -> double = divf
    _/_: int int -> int = div
    _/_: uint uint -> uint = divu
    _%_: int int -> int = mod
    _%_: uint uint -> uint = modu
    -_: double -> double = negf
    -_: int -> int = neg
    """,
    {
        "add": _whole(operator.add),
        "addu": _whole(operator.add, unsigned=True),
        "addf": operator.add,
        "concatenate": _concatenate,
        "chain": _chain,
        "later": times.later,
        "after": times.after,
        "earlier": times.earlier,
        "between": times.between,
        "longer": times.longer,
        "shorter": times.shorter,
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

_ORDERED = ("bool", "int", "uint", "double", "string", "bytes", "timestamp", "duration")
_NUMBERS = ("int", "uint", "double")
_RELATIONS: dict[str, Callable[[int], bool]] = {
    "_<_": lambda order: order < 0,
    "_<=_": lambda order: order <= 0,
    "_>_": lambda order: order > 0,
    "_>=_": lambda order: order >= 0,
}


def _ordered(decide: Callable[[int], bool]) -> Implementation:
    def call(meter: Meter, left: Value, right: Value) -> bool:
        return decide(values.compare(meter, left, right))

    return call


def _different(meter: Meter, left: Value, right: Value) -> bool:
    return not values.equal(meter, left, right)


def _relations(rows: str) -> Table:
    return _table(
        rows,
        {
            "equal": values.equal,
            "different": _different,
            "in": values.in_,
            "index": values.index,
            **{sign: _ordered(decide) for sign, decide in _RELATIONS.items()},
        },
    )


def _comparisons(pairs: Iterable[tuple[str, str]]) -> str:
    return "".join(f"{sign}: {one} {other} -> bool = ${sign}\n" for one, other in pairs for sign in _RELATIONS)


RELATIONS: Table = _relations(
    """
    _==_: $A $A -> bool = $equal
    _!=_: $A $A -> bool = $different
    @in: $A list:$A -> bool = $in
    @in: $A map:$A:$B -> bool = $in
    _[_]: list:$A int -> $A = $index
    _[_]: map:$A:$B $A -> $B = $index
    """
    + _comparisons((kind, kind) for kind in _ORDERED)
)
"""Operators that take any types at run time: their rows say only what fits before that."""

MIXED_RELATIONS: Table = RELATIONS | _relations(
    _comparisons(
        (one, other) for one in _ORDERED for other in _ORDERED if one == other or {one, other} <= set(_NUMBERS)
    )
)
"""The same in the body of a macro, where cel-go's checker compares an int with a double, as it does nowhere else."""

GLOBALS: Table = _table(
    """
    size: string -> int = ~size
    size: bytes -> int = ~size
    size: list:$A -> int = ~size
    size: map:$A:$B -> int = ~size
    matches: string string -> bool = $matches
    int: int -> int = int
    int: uint -> int = int
    int: double -> int = int
    int: string -> int = int
    int: timestamp -> int = int
    int: duration -> int = int
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
    dyn: $A -> dyn = ~dyn
    type: $A -> type:$A = ~type
    """,
    {
        "size": values.size,
        "matches": patterns.matches,
        "int": conversions.to_int,
        "uint": conversions.to_uint,
        "double": conversions.to_double,
        "bool": conversions.to_bool,
        "string": conversions.to_string,
        "bytes": conversions.to_bytes,
        "timestamp": conversions.to_timestamp,
        "duration": conversions.to_duration,
        "dyn": _same,
        "type": _type_of,
    },
)


MEMBERS: Table = _table(
    """
    size: string -> int = ~size
    size: bytes -> int = ~size
    size: list:$A -> int = ~size
    size: map:$A:$B -> int = ~size
    contains: string string -> bool = contains
    startsWith: string string -> bool = startsWith
    endsWith: string string -> bool = endsWith
    matches: string string -> bool = $matches
    """
    + "".join(
        f"{name}: timestamp -> int = {name}\n{name}: timestamp string -> int = {name}\n" for name in times.MOMENT_PARTS
    )
    + "".join(f"{name}: duration -> int = {name}_\n" for name in times.SPAN_PARTS),
    {
        "size": values.size,
        "contains": operator.contains,
        "startsWith": str.startswith,
        "endsWith": str.endswith,
        "matches": patterns.matches,
        **times.MOMENT_PARTS,
        **{f"{name}_": part for name, part in times.SPAN_PARTS.items()},
    },
)

STRINGS: Table = _table(
    """
    charAt: string int -> string = ~charAt
    indexOf: string string -> int = indexOf
    indexOf: string string int -> int = indexOf
    lastIndexOf: string string -> int = lastIndexOf
    lastIndexOf: string string int -> int = lastIndexOf
    join: list:string -> string = $join
    join: list:string string -> string = $join
    replace: string string string -> string = replace
    replace: string string string int -> string = replace
    split: string string -> list:string = $split
    split: string string int -> list:string = $split
    substring: string int -> string = substring
    substring: string int int -> string = substring
    lowerAscii: string -> string = lowerAscii
    upperAscii: string -> string = upperAscii
    trim: string -> string = trim
    reverse: string -> string = reverse
    format: string list:dyn -> string = $format
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
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _unbound(text: str) -> str:
    raise CelFault("no such overload: checksum(string)")


CHECKSUM: Table = _table("checksum: string -> string = sum", {"sum": _checksum})
DECLARED_CHECKSUM: Table = _table("checksum: string -> string = none", {"none": _unbound})
"""The function that two environments of the real engine know by name only: it compiles there and fails when called."""
