"""From the text of a CEL expression to its syntax tree: a lexer and a parser by precedence. Pure."""

from __future__ import annotations

import re
from typing import NoReturn

from hatchet._dataclasses import NamedTuple
from hatchet.engine.cel.literals import constant
from hatchet.engine.cel.values import CelFault, Value

_TOKENS = re.compile(
    r"""
      (?P<blank>[ \t\r\n\f]+|//[^\n]*)
    | (?P<text>[bB]?(?:
          [rR](?:\"{3}.*?\"{3}|'{3}.*?'{3}|\"[^\"\n\r]*\"|'[^'\n\r]*')
        | \"{3}(?:\\.|[^\\])*?\"{3}|'{3}(?:\\.|[^\\])*?'{3}
        | \"(?:\\[^\n\r]|[^\\\"\n\r])*\"|'(?:\\[^\n\r]|[^\\'\n\r])*'))
    | (?P<float>[0-9]+\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+|\.[0-9]+(?:[eE][+-]?[0-9]+)?)
    | (?P<uint>(?:0x[0-9a-fA-F]+|[0-9]+)[uU])
    | (?P<int>0x[0-9a-fA-F]+|[0-9]+)
    | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<quoted>`[A-Za-z0-9_.\-/ ]+`)
    | (?P<sign>==|!=|<=|>=|&&|\|\||[<>\[\]{}().,\-!?:+*/%])
    """,
    re.VERBOSE | re.DOTALL,
)
MAX_NESTED = 80
"""Most brackets within each other."""
_BINARY = {
    **dict.fromkeys(("<", "<=", ">=", ">", "==", "!=", "in"), 1),
    **dict.fromkeys(("+", "-"), 2),
    **dict.fromkeys(("*", "/", "%"), 3),
}
_WORDS = ("in", "true", "false", "null")
"""Words of the language itself: never a name, of a field neither."""
_RESERVED = frozenset(
    (
        "as",
        "break",
        "const",
        "continue",
        "else",
        "for",
        "function",
        "if",
        "import",
        "let",
        "loop",
        "package",
        "namespace",
    )
) | {"return", "var", "void", "while"}
"""Words that may name a field but nothing else."""


class Node(NamedTuple):
    """A part of an expression.

    `kind` is one of: const, ident, select, call, index, list, map, if, or, and. What it is made of stands in `parts`:
    the operand of a `select`, the arguments of a `call` (the target first when it has one), keys and values in turn.
    """

    kind: str
    at: int
    name: str = ""
    parts: tuple[Node, ...] = ()
    value: Value = None
    member: bool = False
    """Whether a call is written behind its first argument."""


class _Token(NamedTuple):
    kind: str
    text: str
    at: int


def located(text: str, at: int, message: str) -> str:
    """A message with its place in the text."""
    line = text.count("\n", 0, at)
    start = text.rfind("\n", 0, at) + 1
    shown = text[start:].split("\n", 1)[0]
    column = at - start
    return f"ERROR: <input>:{line + 1}:{column + 1}: {message}\n | {shown}\n | {'.' * column}^"


def parse(text: str) -> Node:
    """The syntax tree of an expression; raises CelFault when it has none."""
    return _Parser(text).whole()


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = self._split()
        self._next = 0
        self._depth = 0

    def _split(self) -> list[_Token]:
        tokens: list[_Token] = []
        at = 0
        while at < len(self._text):
            match = _TOKENS.match(self._text, at)
            if match is None:
                self._fail(at, f"Syntax error: token recognition error at: {self._text[at : at + 10]!r}")
            kind = str(match.lastgroup)
            if kind != "blank":
                found = match.group()
                tokens.append(_Token("sign" if kind == "name" and found in _WORDS else kind, found, at))
            at = match.end()
        tokens.append(_Token("end", "<EOF>", at))
        return tokens

    def _fail(self, at: int, message: str) -> NoReturn:
        raise CelFault(located(self._text, at, message))

    def _unexpected(self) -> NoReturn:
        token = self._tokens[self._next]
        self._fail(token.at, f"Syntax error: unexpected {token.text!r}")

    def _peek(self, *signs: str) -> bool:
        token = self._tokens[self._next]
        return token.kind == "sign" and token.text in signs

    def _accept(self, sign: str) -> bool:
        if self._peek(sign):
            self._next += 1
            return True
        return False

    def _expect(self, sign: str) -> None:
        if not self._accept(sign):
            self._unexpected()

    def _take(self, *kinds: str) -> _Token:
        token = self._tokens[self._next]
        if token.kind not in kinds:
            self._unexpected()
        self._next += 1
        return token

    def whole(self) -> Node:
        node = self._expression()
        if self._tokens[self._next].kind != "end":
            self._unexpected()
        return node

    def _expression(self) -> Node:
        self._depth += 1
        if self._depth > MAX_NESTED:
            self._fail(self._tokens[self._next].at, f"the expression is nested more than {MAX_NESTED} deep")
        node = self._conditional()
        self._depth -= 1
        return node

    def _conditional(self) -> Node:
        condition = self._logic("||", "or")
        at = self._tokens[self._next].at
        if not self._accept("?"):
            return condition
        yes = self._logic("||", "or")
        self._expect(":")
        return Node("if", at, parts=(condition, yes, self._expression()))

    def _logic(self, sign: str, kind: str) -> Node:
        """A chain of `||`, or of the `&&` that bind tighter; a long chain is one node, not a deep tree."""
        at = self._tokens[self._next].at
        parts = [self._logic("&&", "and") if sign == "||" else self._binary(1)]
        while self._peek(sign):
            at = self._tokens[self._next].at if len(parts) == 1 else at
            self._next += 1
            parts.append(self._logic("&&", "and") if sign == "||" else self._binary(1))
        return parts[0] if len(parts) == 1 else Node(kind, at, parts=tuple(parts))

    def _binary(self, lowest: int) -> Node:
        left = self._unary()
        while True:
            token = self._tokens[self._next]
            rank = _BINARY.get(token.text, 0) if token.kind == "sign" else 0
            if rank < lowest or rank == 0:
                return left
            self._next += 1
            right = self._binary(rank + 1)
            name = "@in" if token.text == "in" else f"_{token.text}_"
            left = Node("call", token.at, name, (left, right))

    def _unary(self) -> Node:
        token = self._tokens[self._next]
        if not self._peek("-", "!"):
            return self._member()
        count = 0
        while self._peek(token.text):
            self._next += 1
            count += 1
        if token.text == "-" and count == 1 and self._tokens[self._next].kind in ("int", "float"):
            # The sign belongs to the number, without which the least int could not be written.
            self._next -= 1
            return self._member()
        node = self._member()
        return Node("call", token.at, f"{token.text}_", (node,)) if count % 2 else node

    def _member(self) -> Node:
        return self._members(self._primary())

    def _members(self, node: Node) -> Node:
        while True:
            at = self._tokens[self._next].at
            if self._accept("."):
                field = self._take("name", "quoted")
                if field.kind == "name" and self._accept("("):
                    node = Node("call", at, field.text, (node, *self._items(")")), member=True)
                else:
                    node = Node("select", at, field.text.strip("`"), (node,))
            elif self._accept("["):
                index = self._expression()
                self._expect("]")
                node = Node("index", at, parts=(node, index))
            elif self._peek("{") and node.kind in ("ident", "select"):
                self._fail(at, "messages cannot be built in these expressions")
            else:
                return node

    def _primary(self) -> Node:
        token = self._tokens[self._next]
        self._next += 1
        if token.kind in ("int", "uint", "float", "text"):
            return self._constant(token)
        if token.kind == "name" or (token.kind == "sign" and token.text == "."):
            rooted = token.kind == "sign"
            name = self._take("name") if rooted else token
            if name.text in _RESERVED:
                self._fail(name.at, f"reserved identifier: {name.text}")
            if self._peek("("):
                at = self._tokens[self._next].at
                self._next += 1
                return Node("call", at, name.text, self._items(")"))
            return Node("ident", name.at, ("." if rooted else "") + name.text)
        if token.text == "-":  # of a number: any other was taken before
            self._next += 1
            return self._constant(self._tokens[self._next - 1], sign="-")
        if token.kind == "sign" and (found := self._bracketed(token)) is not None:
            return found
        self._next -= 1
        return self._unexpected()

    def _bracketed(self, token: _Token) -> Node | None:
        """What begins with a sign or a word of the language."""
        match token.text:
            case "true" | "false":
                return Node("const", token.at, value=token.text == "true")
            case "null":
                return Node("const", token.at)
            case "(":
                inner = self._expression()
                self._expect(")")
                return inner
            case "[":
                return Node("list", token.at, parts=self._items("]", trailing=True))
            case "{":
                return Node("map", token.at, parts=self._entries())
            case _:
                return None

    def _items(self, end: str, *, trailing: bool = False) -> tuple[Node, ...]:
        items: list[Node] = []
        while not self._accept(end):
            if items:
                self._expect(",")
                if trailing and self._accept(end):
                    break
            elif trailing and self._accept(","):
                self._expect(end)
                break
            items.append(self._expression())
        return tuple(items)

    def _entries(self) -> tuple[Node, ...]:
        parts: list[Node] = []
        while not self._accept("}"):
            if parts:
                self._expect(",")
                if self._accept("}"):
                    break
            elif self._accept(","):
                self._expect("}")
                break
            parts.append(self._expression())
            self._expect(":")
            parts.append(self._expression())
        return tuple(parts)

    def _constant(self, token: _Token, sign: str = "") -> Node:
        try:
            return Node("const", token.at, value=constant(token.kind, sign + token.text))
        except CelFault as fault:
            self._fail(token.at, str(fault))
