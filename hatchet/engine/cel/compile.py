"""From the syntax tree of a CEL expression to a checked function. Pure, apart from loading the parser.

Types are checked as far as they are known, as the real engine does it: what an expression takes from JSON is `dyn` and
fits everywhere; what is written in it must fit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from functools import reduce
from typing import TYPE_CHECKING

from hatchet._dataclasses import dataclass
from hatchet.engine.cel import values
from hatchet.engine.cel.functions import GLOBALS, MEMBERS, OPERATORS, Function, Table
from hatchet.engine.cel.program import MACROS, Frame, Typed, decided, each_item, paid, true
from hatchet.engine.cel.syntax import constant, located, parse
from hatchet.engine.cel.values import CelFault, TypeValue, Value

if TYPE_CHECKING:
    from lark import Token, Tree

MAX_LENGTH = 10_000
"""Longest expression, in characters."""


_LITERAL = re.compile(r"""(-?\d{1,18})|'([^'\\\n]*)'|"([^"\\\n]*)\"""")
_PATH = re.compile(r"[a-z_]+(?:\.[a-zA-Z_][a-zA-Z0-9_]*)+")
_UNORDERED = ("list", "map", "type")
_TYPE_NAMES = ("bool", "int", "uint", "double", "string", "bytes", "list", "map", "null_type", "type")
_RELATIONS: dict[str, Callable[[int], bool]] = {
    "lt": lambda order: order < 0,
    "le": lambda order: order <= 0,
    "gt": lambda order: order > 0,
    "ge": lambda order: order >= 0,
}
_SYMBOLS = {"lt": "_<_", "le": "_<=_", "gt": "_>_", "ge": "_>=_", "eq": "_==_", "ne": "_!=_", "in": "@in"}
_ARITHMETIC = {
    "addition_add": "_+_",
    "addition_sub": "_-_",
    "multiplication_mul": "_*_",
    "multiplication_div": "_/_",
    "multiplication_mod": "_%_",
}
_MACROS = ("all", "exists", "exists_one", "map", "filter")


@dataclass(frozen=True)
class Vocabulary:
    """The variables (name → type, type of its elements) and functions of an environment."""

    variables: Mapping[str, tuple[str, str]]
    globals: Table = field(default_factory=dict[str, Function])
    members: Table = field(default_factory=dict[str, Function])


def compile_expression(text: str, vocabulary: Vocabulary) -> Typed:
    """The function that an expression describes; raises CelFault when it is none."""
    if (simple := _without_parser(text, vocabulary)) is not None:
        return simple
    if len(text) > MAX_LENGTH:
        raise CelFault(f"the expression has {len(text)} characters, more than {MAX_LENGTH}")
    try:
        return _Compiler(text, vocabulary).visit(parse(text))
    except RecursionError:
        raise CelFault("the expression is nested too deeply") from None


def _without_parser(text: str, vocabulary: Vocabulary) -> Typed | None:
    """What most keys and amounts are, a literal or a path into the input: not worth loading the parser."""
    if match := _LITERAL.fullmatch(text):
        number, single, double = match.groups()
        value = single if single is not None else double if double is not None else int(number)
        return Typed(values.kind(value), lambda _: value)
    if match := _PATH.fullmatch(text):
        name, *fields = text.split(".")
        if vocabulary.variables.get(name) == ("map", "dyn"):
            return Typed("dyn", lambda frame: reduce(values.select, fields, frame.get(name)), len(fields))
    return None


class _Compiler:
    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        self._text = text
        self._variables: dict[str, tuple[str, str]] = dict(vocabulary.variables)
        self._globals = {**GLOBALS, **vocabulary.globals}
        self._members = {**MEMBERS, **vocabulary.members}

    def fault(self, node: Tree[Token] | Token, message: str) -> CelFault:
        """A fault that names its place."""
        at = node if isinstance(node, str) else node.meta
        line, column = getattr(at, "line", None) or 1, getattr(at, "column", None) or 1
        return CelFault(located(self._text, line, column, message))

    def visit(self, tree: Tree[Token]) -> Typed:
        """The compiled form of a node; wrappers with a single child cost nothing."""
        tree = _bare(tree)
        name = str(tree.data)
        if name in ("relation", "addition", "multiplication"):
            return self._binary(tree)
        handler: Callable[[Tree[Token]], Typed] = getattr(self, f"_{name}")
        return handler(tree)

    # -- operators --------------------------------------------------------------------------------------------------

    def _expr(self, tree: Tree[Token]) -> Typed:
        test, yes, no = (self.visit(_tree(child)) for child in tree.children)
        self._demand(tree, "_?_:_", test, "bool")
        if _apart(yes.type, no.type):
            raise self.fault(tree, f"found no matching overload for '_?_:_' applied to '(bool, {yes.type}, {no.type})'")

        condition, first, second = test.run, yes.run, no.run
        return Typed(
            _common((yes.type, no.type)),
            lambda frame: first(frame) if true(condition(frame)) else second(frame),
            test.weight + yes.weight + no.weight + 1,
        )

    def _conditionalor(self, tree: Tree[Token]) -> Typed:
        return self._logic(tree, "_||_", True)

    def _conditionaland(self, tree: Tree[Token]) -> Typed:
        return self._logic(tree, "_&&_", False)

    def _logic(self, tree: Tree[Token], symbol: str, decisive: bool) -> Typed:
        left, right = (self.visit(_tree(child)) for child in tree.children)
        for side in (left, right):
            self._demand(tree, symbol, side, "bool")

        sides = (left.run, right.run)
        return Typed("bool", lambda frame: decided(frame, sides, decisive), left.weight + right.weight + 1)

    def _binary(self, tree: Tree[Token]) -> Typed:
        operation, operand = map(_tree, tree.children)
        left, right = self.visit(_tree(operation.children[0])), self.visit(operand)
        name = str(operation.data)
        if name in _ARITHMETIC:
            return self._apply(tree, _ARITHMETIC[name], OPERATORS[_ARITHMETIC[name]], (left, right))
        return self._relation(tree, name.removeprefix("relation_"), left, right)

    def _relation(self, tree: Tree[Token], name: str, left: Typed, right: Typed) -> Typed:
        weight = left.weight + right.weight + 1
        known = "dyn" not in (left.type, right.type)
        wrong = f"found no matching overload for '{_SYMBOLS[name]}' applied to '({left.type}, {right.type})'"
        first, second = left.run, right.run
        if name == "in":
            inside = right.element if right.type == "list" else right.key
            if right.type not in ("dyn", "list", "map") or _apart(left.type, inside):
                raise self.fault(tree, wrong)
            return Typed("bool", lambda frame: values.in_(first(frame), second(frame)), weight)
        if name in ("eq", "ne"):
            if known and (left.type != right.type or _apart(left.element, right.element)):
                raise self.fault(tree, wrong)
            wanted = name == "eq"
            return Typed("bool", lambda frame: values.equal(first(frame), second(frame)) is wanted, weight)
        kinds = {left.type, right.type}
        if (known and (len(kinds) > 1 or "null_type" in kinds)) or not kinds.isdisjoint(_UNORDERED):
            raise self.fault(tree, wrong)
        decide = _RELATIONS[name]
        return Typed("bool", lambda frame: decide(values.compare(first(frame), second(frame))), weight)

    def _unary(self, tree: Tree[Token]) -> Typed:
        operation, operand = map(_tree, tree.children)
        inner = self.visit(operand)
        if operation.data == "unary_neg":
            return self._apply(tree, "-_", OPERATORS["-_"], (inner,))
        self._demand(tree, "!_", inner, "bool")
        condition = inner.run
        return Typed("bool", lambda frame: not true(condition(frame)), inner.weight + 1)

    def _demand(self, tree: Tree[Token], symbol: str, part: Typed, kind: str) -> None:
        if part.type not in (kind, "dyn"):
            raise self.fault(tree, f"found no matching overload for '{symbol}' applied to '({part.type})'")

    # -- names and members ------------------------------------------------------------------------------------------

    def _ident(self, tree: Tree[Token]) -> Typed:
        name = str(tree.children[0])
        found = self._variables.get(name)
        if found is not None:
            key = "string" if found[0] == "map" else "dyn"
            return Typed(found[0], lambda frame: frame.get(name), element=found[1], key=key)
        if name in _TYPE_NAMES:
            value = TypeValue(name)
            return Typed("type", lambda _: value)
        raise self._undeclared(tree, name)

    _dot_ident = _ident

    def _undeclared(self, tree: Tree[Token], name: str) -> CelFault:
        return self.fault(tree, f"undeclared reference to '{name}' (in container '')")

    def _member_dot(self, tree: Tree[Token]) -> Typed:
        operand, name = self._selection(tree, tree)
        inner = operand.run
        return Typed(operand.element, lambda frame: values.select(inner(frame), name), operand.weight + 1)

    def _selection(self, tree: Tree[Token], place: Tree[Token]) -> tuple[Typed, str]:
        """What a field is taken from, and the field's name; a fault is one of `place`."""
        operand = self.visit(_tree(tree.children[0]))
        if operand.type not in ("dyn", "map"):
            raise self.fault(place, f"type '{operand.type}' does not support field selection")
        return operand, str(tree.children[1])

    def _member_index(self, tree: Tree[Token]) -> Typed:
        operand, key = (self.visit(_tree(child)) for child in tree.children)
        wrong_key = (operand.type == "list" and key.type not in ("dyn", "int")) or (
            operand.type == "map" and _apart(key.type, operand.key)
        )
        if operand.type not in ("dyn", "map", "list") or wrong_key:
            message = f"found no matching overload for '_[_]' applied to '({operand.type}, {key.type})'"
            raise self.fault(tree, message)
        of, at = operand.run, key.run
        weight = operand.weight + key.weight + 1
        return Typed(operand.element, lambda frame: values.index(of(frame), at(frame)), weight)

    def _member_object(self, tree: Tree[Token]) -> Typed:
        raise self.fault(tree, "messages cannot be built in these expressions")

    def _member_dot_arg(self, tree: Tree[Token]) -> Typed:
        target, token = _tree(tree.children[0]), tree.children[1]
        name = str(token)
        arguments = _parts(tree, 2)
        if name in _MACROS and 2 <= len(arguments) <= (3 if name == "map" else 2):
            return self._macro(tree, name, self.visit(target), arguments)
        qualified = f"{_simple_name(target)}.{name}"
        if qualified in self._globals:
            return self._apply(tree, qualified, self._globals[qualified], tuple(map(self.visit, arguments)))
        function = self._members.get(name)
        if function is None:
            raise self._undeclared(tree, name)
        return self._apply(tree, name, function, (self.visit(target), *map(self.visit, arguments)))

    def _ident_arg(self, tree: Tree[Token]) -> Typed:
        name = str(tree.children[0])
        arguments = _parts(tree, 1)
        if name == "has":
            return self._has(tree, arguments)
        function = self._globals.get(name)
        if function is None:
            raise self._undeclared(tree, name)
        return self._apply(tree, name, function, tuple(map(self.visit, arguments)))

    _dot_ident_arg = _ident_arg

    def _has(self, tree: Tree[Token], arguments: list[Tree[Token]]) -> Typed:
        wanted = _bare(arguments[0]) if len(arguments) == 1 else None
        if wanted is None or wanted.data != "member_dot":
            raise self.fault(tree, "invalid argument to has() macro")
        operand, name = self._selection(wanted, tree)
        inner = operand.run
        return Typed("bool", lambda frame: values.has(inner(frame), name), operand.weight + 1)

    def _apply(self, tree: Tree[Token], name: str, function: Function, parts: tuple[Typed, ...]) -> Typed:
        fitting = [
            overload
            for overload in function.overloads
            if len(overload.args) == len(parts)
            and all(
                want in (part.type, "any") or part.type == "dyn"
                for want, part in zip(overload.args, parts, strict=True)
            )
        ]
        if not fitting:
            shown = ", ".join(part.type for part in parts)
            raise self.fault(tree, f"found no matching overload for '{name}' applied to '({shown})'")
        runs = tuple(part.run for part in parts)
        chosen = Function(tuple(fitting))
        return Typed(
            _common(overload.result for overload in fitting),
            lambda frame: paid(frame, chosen, tuple([run(frame) for run in runs])),
            sum(part.weight for part in parts) + 1,
            fitting[0].element,
        )

    def _macro(self, tree: Tree[Token], name: str, operand: Typed, arguments: list[Tree[Token]]) -> Typed:
        variable = _bare(arguments[0])
        if variable.data != "ident":
            raise self.fault(tree, "argument must be a simple name")
        if operand.type not in ("dyn", "list", "map"):
            raise self.fault(tree, f"expression of type '{operand.type}' cannot be range of a comprehension")
        bound = str(variable.children[0])
        shadowed = self._variables.get(bound)
        element = operand.element if operand.type == "list" else operand.key
        self._variables[bound] = (element, "dyn")
        body = [self.visit(argument) for argument in arguments[1:]]
        if shadowed is None:
            del self._variables[bound]
        else:
            self._variables[bound] = shadowed
        if name != "map" or len(body) == 2:
            self._demand(tree, name, body[0], "bool")
        each = each_item(bound, operand.run, sum(part.weight for part in body) + 1)
        result, run = MACROS[name](each, body)
        return Typed(result, run, operand.weight + sum(part.weight for part in body) + 1)

    # -- literals ---------------------------------------------------------------------------------------------------

    def _paren_expr(self, tree: Tree[Token]) -> Typed:
        return self.visit(_tree(tree.children[0]))

    def _list_lit(self, tree: Tree[Token]) -> Typed:
        parts = [*map(self.visit, _parts(tree, 0))]
        runs = [part.run for part in parts]
        return Typed(
            "list",
            lambda frame: [run(frame) for run in runs],
            sum(part.weight for part in parts) + 1,
            _common(part.type for part in parts),
        )

    def _map_lit(self, tree: Tree[Token]) -> Typed:
        parts = [*map(self.visit, _parts(tree, 0))]
        pairs = [(parts[i].run, parts[i + 1].run) for i in range(0, len(parts), 2)]

        def run(frame: Frame) -> Value:
            found: dict[values.Scalar, Value] = {}
            for key_run, item_run in pairs:
                key = key_run(frame)
                if not isinstance(key, str | int | bool) or isinstance(key, float):
                    raise CelFault(f"unsupported key type: {values.kind(key)}")
                found[key] = item_run(frame)
            return found

        key, element = (_common(part.type for part in each) for each in (parts[::2], parts[1::2]))
        return Typed("map", run, sum(part.weight for part in parts) + 1, element, key)

    def _literal(self, tree: Tree[Token]) -> Typed:
        token = tree.children[0]
        if not isinstance(token, str):
            raise self.fault(token, "Syntax error")
        try:
            value = constant(token.type, str(token))
        except CelFault as fault:
            raise self.fault(token, str(fault)) from None
        return Typed(values.kind(value), lambda _: value)


_WRAPPERS = frozenset(
    ("expr", "conditionalor", "conditionaland", "relation", "addition", "multiplication", "unary", "member", "primary")
)


def _tree(node: Tree[Token] | Token) -> Tree[Token]:
    if isinstance(node, str):
        raise CelFault(f"Syntax error: unexpected {node}")
    return node


def _apart(left: str, right: str) -> bool:
    """Whether two types are known to differ."""
    return left != right and "dyn" not in (left, right)


def _common(kinds: Iterable[str]) -> str:
    """The type that all have, as far as it is known."""
    found = set(kinds)
    return found.pop() if len(found) == 1 else "dyn"


def _parts(tree: Tree[Token], at: int) -> list[Tree[Token]]:
    """The arguments of a call or the items of a literal; none of them is no child at all."""
    return [_tree(child) for child in _tree(tree.children[at]).children] if len(tree.children) > at else []


def _bare(tree: Tree[Token]) -> Tree[Token]:
    """A node without its wrappers."""
    while tree.data in _WRAPPERS and len(tree.children) == 1:
        tree = _tree(tree.children[0])
    return tree


def _simple_name(tree: Tree[Token]) -> str:
    """The name that a node consists of, or an empty text."""
    tree = _bare(tree)
    return str(tree.children[0]) if tree.data == "ident" else ""
