"""The parser of CEL expressions, loaded when one needs it, and what literals stand for. Pure otherwise."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Protocol

from hatchet.engine.cel import values
from hatchet.engine.cel.values import CelFault, Unsigned, Value

if TYPE_CHECKING:
    from lark import Token, Tree

_ESCAPE = re.compile(
    r"\\(?:([abfnrtv\\'\"`?])|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|(.?))"
)
_SIMPLE = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


class _Parser(Protocol):
    def parse(self, text: str) -> Tree[Token]: ...


@cache
def _parser() -> _Parser:
    # Half a second to load, so only for an engine that meets an expression.
    from celpy.celparser import CELParser

    return CELParser()


def parse(text: str) -> Tree[Token]:
    """The syntax tree of an expression; raises CelFault when it has none."""
    from celpy.celparser import CELParseError

    try:
        return _parser().parse(text)
    except CELParseError as error:
        raise CelFault(located(text, error.line or 1, error.column or 1, "Syntax error")) from None


def located(text: str, line: int, column: int, message: str) -> str:
    """A message with its place in the text."""
    lines = text.splitlines() or [""]
    shown = lines[min(line, len(lines)) - 1]
    return f"ERROR: <input>:{line}:{column}: {message}\n | {shown}\n | {'.' * (column - 1)}^"


def constant(kind: str, text: str) -> Value:
    """The value of a literal; raises CelFault when it has none."""
    match kind:
        case "BOOL_LIT":
            return text == "true"
        case "NULL_LIT":
            return None
        case "FLOAT_LIT":
            return float(text)
        case "INT_LIT" | "UINT_LIT":
            unsigned = kind == "UINT_LIT"
            digits = text.rstrip("uU") if unsigned else text
            try:
                number = values.within(int(digits, 0 if "x" in digits else 10), unsigned=unsigned)
            except CelFault:
                raise CelFault(f"invalid {'uint' if unsigned else 'int'} literal") from None
            return Unsigned(number) if unsigned else number
        case "BYTES_LIT":
            return _string(text[1:]).encode()
        case _:
            return _string(text)


def _string(text: str) -> str:
    raw = text[0] in "rR"
    text = text[1:] if raw else text
    margin = 3 if text[:3] in ('"""', "'''") and len(text) >= 6 else 1
    text = text[margin:-margin]
    if raw or "\\" not in text:
        return text

    def plain(match: re.Match[str]) -> str:
        simple, two, four, eight, octal, other = match.groups()
        if simple is not None:
            return _SIMPLE.get(simple, simple)
        if other is not None:
            raise CelFault("Syntax error: unknown escape sequence in a string")
        code = int(octal, 8) if octal is not None else int(two or four or eight, 16)
        if code > 0x10FFFF:
            raise CelFault("Syntax error: no such character")
        return chr(code)

    return _ESCAPE.sub(plain, text)
