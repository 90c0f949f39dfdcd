"""CEL expressions are looked at where they are written, if a parser is installed (the extra `embedded` brings one).

What the engine would find out with the first run, or never say, is an error here: syntax, and names that the place of
the expression does not have. Types are the engine's business.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from enum import Enum
from functools import cache
from importlib import import_module
from math import isfinite
from typing import TYPE_CHECKING, Any, Final, Protocol

from hatchet._lazy import Deferred
from hatchet.errors import DefinitionError

if TYPE_CHECKING:
    import uuid
else:
    uuid = Deferred("uuid")

RUN: Final = ("input", "additional_metadata", "workflow_run_id")
"""Names in expressions about a run: keys of concurrency, of rate limits, of batches, of idempotency."""
EVENT: Final = ("input", "additional_metadata", "payload", "event_id", "event_key")
"""Names in filters of events."""
PARENT: Final = ("output",)
"""Names in conditions on the output of a parent."""
USER_EVENT: Final = ("input",)
"""Names in conditions on events."""

TYPES: Final = frozenset(
    [
        "bool",
        "bytes",
        "double",
        "duration",
        "dyn",
        "int",
        "list",
        "map",
        "null_type",
        "string",
        "timestamp",
        "type",
        "uint",
        "google",
        "strings",
    ]
)
"""Names of types, which are values too, and of what functions belong to."""
FUNCTIONS: Final = TYPES | {"has", "size", "matches", "checksum"}
"""Functions that are called by their name alone. Those that are called on a value are left to the engine."""
MACROS: Final = frozenset({"all", "exists", "exists_one", "map", "filter"})
"""Calls on a value whose first argument is a name of their own."""


PLAIN: Final = re.compile(r"'[^'\\\n]*'|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*", re.ASCII)
"""Expressions that are right at a glance."""


def quoted(value: object) -> str:
    """A value as CEL writes it.

    Raises:
        DefinitionError: CEL has no way to write it.
    """
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, uuid.UUID):
        value = str(value)
    if value is None or isinstance(value, bool | int | str) or (isinstance(value, float) and isfinite(value)):
        return json.dumps(value, ensure_ascii=False)
    raise DefinitionError(f"{value!r} cannot be matched; give a text, a number, True, False or None")


def check(expression: str, names: tuple[str, ...], what: str) -> None:
    """Refuse an expression that cannot work, wherever a parser is installed.

    Args:
        expression: the text.
        names: what it can look at.
        what: which option it belongs to, in words.

    Raises:
        DefinitionError: it is no CEL, or names something that is not there; shows the place.
    """
    if not expression.strip() or _is_plain(expression.strip(), names) or not is_installed():
        return
    if "`" in expression:
        return  # a name in quotes, which the parser does not know, and the engine does
    for name, line, column, is_call in _unknown(_parsed(expression, what), frozenset(names)):
        known = "functions: " + ", ".join(sorted(FUNCTIONS - {"google", "strings"})) if is_call else ", ".join(names)
        problem = f"{what} {'calls' if is_call else 'names'} {name!r}, which is not there; there is {known}"
        raise DefinitionError(_shown(expression, problem, line, column))


def _is_plain(expression: str, names: tuple[str, ...]) -> bool:
    """Whether it is a text or a path such as `input.customer`: right at a glance, and the parser takes long to load."""
    if not PLAIN.fullmatch(expression):
        return False
    return expression[0] == "'" or expression.partition(".")[0] in names


@cache
def is_installed() -> bool:
    """Whether there is a parser that looks at expressions before they are sent."""
    try:
        import_module("celpy.celparser")  # an optional extra, and slow to load
    except ImportError:
        return False
    return True


class _Parser(Protocol):
    def parse(self, text: str) -> Any:  # Any: a tree of lark, which is no dependency of this package
        ...


@cache
def _parser() -> _Parser:
    from celpy.celparser import CELParser

    return CELParser()


def _parsed(expression: str, what: str) -> Any:
    from celpy.celparser import CELParseError

    try:
        return _parser().parse(expression)
    except CELParseError as error:
        raise DefinitionError(_shown(expression, f"{what} is no CEL expression", error.line, error.column)) from None


def _unknown(node: Any, names: frozenset[str]) -> Iterator[tuple[str, int, int, bool]]:
    """Names that are not there, in the order of the text: (name, line, column, whether it is called)."""
    children: list[Any] = getattr(node, "children", [])
    kind = getattr(node, "data", None)
    if kind in ("ident", "dot_ident"):
        token = children[0]
        if str(token) not in names | TYPES:
            yield str(token), token.line, token.column, False
        return
    if kind in ("ident_arg", "dot_ident_arg"):
        token = children[0]
        if str(token) not in FUNCTIONS:
            yield str(token), token.line, token.column, True
    elif kind == "member_dot_arg" and len(children) == 3 and str(children[1]) in MACROS:
        yield from _unknown(children[0], names)
        yield from _unknown(children[2], names | _variables(children[2]))
        return
    for child in children:
        yield from _unknown(child, names)


def _variables(arguments: Any) -> frozenset[str]:
    """The name that a macro gives each item: its first argument, when that is a name."""
    node = arguments.children[0]
    while getattr(node, "data", None) != "ident":
        inner = getattr(node, "children", [])
        if len(inner) != 1:
            return frozenset()
        node = inner[0]
    return frozenset({str(node.children[0])})


def _shown(expression: str, problem: str, line: int | None, column: int | None) -> str:
    """The problem, with the line of the expression and a caret under the place."""
    lines = expression.splitlines() or [""]
    index = min(max((line or len(lines)) - 1, 0), len(lines) - 1)
    text = lines[index].replace("\t", " ")
    place = min(max((column or len(text) + 1) - 1, 0), len(text))
    return f"{problem}:\n    {text}\n    {' ' * place}^"
