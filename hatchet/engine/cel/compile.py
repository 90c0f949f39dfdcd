"""From the syntax tree of a CEL expression to a checked function. Pure.

Types are checked as far as they are known, as the real engine does it: what an expression takes from JSON is `dyn` and
fits everywhere; what is written in it must fit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import field
from functools import reduce
from typing import NoReturn

from hatchet._dataclasses import dataclass
from hatchet.engine.cel import strings, values
from hatchet.engine.cel.functions import GLOBALS, MEMBERS, MIXED_RELATIONS, OPERATORS, RELATIONS, Function, Table
from hatchet.engine.cel.kinds import BOOL, DYN, STRING, Deciding, Kind, list_of, map_of
from hatchet.engine.cel.program import MACROS, Frame, Typed, decided, each_item, paid, true
from hatchet.engine.cel.syntax import Node, located, parse
from hatchet.engine.cel.values import CelFault, TypeValue

MAX_LENGTH = 10_000
"""Longest expression, in characters."""
MAX_DEPTH = 200
"""Most parts that stand within each other, a chain of operators included."""
_CALL = 4
"""Steps of a call beyond those of its arguments."""

_LITERAL = re.compile(r"""(-?\d{1,18})|'([^'\\\n\r]*)'|"([^"\\\n\r]*)\"""", re.ASCII)
_PATH = re.compile(r"[a-z_]+(?:\.[a-zA-Z_][a-zA-Z0-9_]*)+")
_WORDS = re.compile(r"\.(?:in|true|false|null)(?![a-zA-Z0-9_])")
_TYPE_NAMES = ("bool", "int", "uint", "double", "string", "bytes", "list", "map", "null_type", "type")
_QUALIFIED_TYPES = {
    "google.protobuf.Timestamp": "google.protobuf.Timestamp",
    "google.protobuf.Duration": "google.protobuf.Duration",
}


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
        compiler = _Compiler(text, vocabulary)
        made = compiler.visit(parse(text))
    except RecursionError:
        raise CelFault("the expression is nested too deeply") from None
    return Typed(compiler.deciding.shown(made.kind, final=True), made.run, made.weight)


def _without_parser(text: str, vocabulary: Vocabulary) -> Typed | None:
    """What most keys and amounts are, a literal or a path into the input: not worth a syntax tree."""
    if match := _LITERAL.fullmatch(text):
        number, single, double = match.groups()
        value = single if single is not None else double if double is not None else int(number)
        return Typed(Kind(values.kind(value)), lambda _: value)
    if _PATH.fullmatch(text) and not _WORDS.search(text):
        name, *fields = text.split(".")
        if vocabulary.variables.get(name) == ("map", "dyn"):
            return Typed(DYN, lambda frame: reduce(values.select, fields, frame.get(name)), len(fields))
    return None


def _declared(kind: str, element: str) -> Kind:
    if kind == "map":
        return map_of(STRING, Kind(element))
    return list_of(Kind(element)) if kind == "list" else Kind(kind)


class _Compiler:
    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        self._text = text
        self._variables = {name: _declared(*each) for name, each in vocabulary.variables.items()}
        self._bound: dict[str, Kind] = {}
        self._globals = {**GLOBALS, **vocabulary.globals}
        self._members = {**MEMBERS, **vocabulary.members}
        self.deciding = Deciding()
        self._depth = 0

    def _fail(self, at: int, message: str) -> NoReturn:
        raise CelFault(located(self._text, at, message))

    def visit(self, node: Node) -> Typed:
        """The compiled form of a node."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise CelFault(f"the expression is nested more than {MAX_DEPTH} deep")
        handler: Callable[[Node], Typed] = getattr(self, f"_{node.kind}")
        made = handler(node)
        self._depth -= 1
        return made

    # -- operators ---------------------------------------------------------------------------------------------------

    def _if(self, node: Node) -> Typed:
        test, yes, no = map(self.visit, node.parts)
        self._demand(node, "_?_:_", test)
        joined = self.deciding.fresh()
        if not self.deciding.fit((yes.kind, no.kind), (joined, joined)):
            self._no_overload(node, "_?_:_", (test, yes, no))
        condition, first, second = test.run, yes.run, no.run
        return Typed(
            self.deciding.shown(joined),
            lambda frame: first(frame) if true(condition(frame)) else second(frame),
            test.weight + yes.weight + no.weight + 1,
        )

    def _or(self, node: Node) -> Typed:
        return self._logic(node, "_||_", True)

    def _and(self, node: Node) -> Typed:
        return self._logic(node, "_&&_", False)

    def _logic(self, node: Node, symbol: str, decisive: bool) -> Typed:
        parts = [self.visit(part) for part in node.parts]
        for part in parts:
            self._demand(node, symbol, part)
        runs = tuple(part.run for part in parts)
        return Typed(BOOL, lambda frame: decided(frame, runs, decisive), sum(part.weight for part in parts) + 1)

    def _demand(self, node: Node, symbol: str, part: Typed) -> None:
        if not self.deciding.fit((part.kind,), (BOOL,)):
            self._no_overload(node, symbol, (part,))

    def _no_overload(self, node: Node, name: str, parts: tuple[Typed, ...]) -> NoReturn:
        shown = ", ".join(str(self.deciding.shown(part.kind, final=True)) for part in parts)
        if node.member:
            target, _, shown = shown.partition(", ")
            shown = f"{target}.({shown})"
            self._fail(node.at, f"found no matching overload for '{name}' applied to '{shown}'")
        self._fail(node.at, f"found no matching overload for '{name}' applied to '({shown})'")

    # -- names and members -------------------------------------------------------------------------------------------

    def _ident(self, node: Node) -> Typed:
        name = node.name
        if name in self._bound:
            return Typed(self._bound[name], lambda frame: frame.get(name))
        return self._named(name.lstrip(".")) or self._undeclared(node, name.lstrip("."))

    def _named(self, name: str) -> Typed | None:
        """A variable or a type; their names may have points in them."""
        found = self._variables.get(name)
        if found is not None:
            # A macro may have bound the name anew, and this be written with a point before it.
            return Typed(found, lambda frame: frame.get(name))
        if name in _TYPE_NAMES or name in _QUALIFIED_TYPES:
            value = TypeValue(name)
            return Typed(Kind("type"), lambda _: value)
        return None

    def _undeclared(self, node: Node, name: str) -> NoReturn:
        self._fail(node.at, f"undeclared reference to '{name}' (in container '')")

    def _select(self, node: Node) -> Typed:
        path = self._path(node)
        if path is not None and (named := self._named(path)) is not None:
            return named
        operand, element = self._selected(node)
        name, inner = node.name, operand.run
        return Typed(element, lambda frame: values.select(inner(frame), name), operand.weight + 1)

    def _path(self, node: Node) -> str | None:
        """The names of a chain of selections, unless a macro has bound the first of them."""
        if node.kind == "ident":
            return None if node.name in self._bound else node.name.lstrip(".")
        if node.kind != "select":
            return None
        before = self._path(node.parts[0])
        return None if before is None else f"{before}.{node.name}"

    def _selected(self, node: Node) -> tuple[Typed, Kind]:
        """What a field is taken from, and the type of the field."""
        operand = self.visit(node.parts[0])
        kind = self.deciding.shown(operand.kind)
        if kind.open:
            self.deciding.fit((DYN,), (kind,))
        elif kind.name not in ("dyn", "map"):
            self._fail(node.at, f"type '{kind}' does not support field selection")
        return operand, kind.of[1] if kind.of else DYN

    def _index(self, node: Node) -> Typed:
        return self._apply(node, "_[_]", RELATIONS["_[_]"], tuple(map(self.visit, node.parts)))

    def _call(self, node: Node) -> Typed:
        if node.member:
            return self._member_call(node)
        if node.name == "has":
            return self._has(node)
        if node.name == "!_":
            (condition,) = parts = tuple(map(self.visit, node.parts))
            self._demand(node, "!_", condition)
            run = condition.run
            return Typed(BOOL, lambda frame: not true(run(frame)), parts[0].weight + 1)
        name = node.name.lstrip(".")
        relations = MIXED_RELATIONS if self._bound else RELATIONS
        function = OPERATORS.get(name) or relations.get(name) or self._globals.get(name)
        if function is None:
            self._undeclared(node, name)
        return self._apply(node, name, function, tuple(map(self.visit, node.parts)))

    def _member_call(self, node: Node) -> Typed:
        target, *arguments = node.parts
        if node.name in MACROS and len(arguments) in ((2, 3) if node.name == "map" else (2,)):
            return self._macro(node, target, arguments)
        path = self._path(target)
        if path is not None and (function := self._globals.get(f"{path}.{node.name}")) is not None:
            return self._apply(node, node.name, function, tuple(map(self.visit, arguments)))
        if (member := self._members.get(node.name)) is None:
            self._undeclared(node, node.name)
        if node.name == "format":
            self._check_format(node)
        return self._apply(node, node.name, member, tuple(map(self.visit, node.parts)))

    def _check_format(self, node: Node) -> None:
        """What is written out in full can be checked before there are data."""
        if [part.kind for part in node.parts] != ["const", "list"] or not isinstance(node.parts[0].value, str):
            return
        kinds = [self.deciding.shown(self.visit(part).kind, final=True) for part in node.parts[1].parts]
        try:
            strings.check_format(node.parts[0].value, [kind.name for kind in kinds])
        except CelFault as fault:
            self._fail(node.at, str(fault))

    def _has(self, node: Node) -> Typed:
        wanted = node.parts[0] if len(node.parts) == 1 else None
        if wanted is None or wanted.kind != "select":
            self._fail(node.at, "invalid argument to has() macro")
        operand, _ = self._selected(wanted)
        name, inner = wanted.name, operand.run
        return Typed(BOOL, lambda frame: values.has(inner(frame), name), operand.weight + 1)

    def _apply(self, node: Node, name: str, function: Function, parts: tuple[Typed, ...]) -> Typed:
        """A call: its type is what all signatures give that fit; which of them it is, the values decide."""
        result: Kind | None = None
        for overload in function.overloads:
            wanted = self.deciding.renewed((*overload.args, overload.result))
            if len(overload.args) != len(parts) or not self.deciding.fit([part.kind for part in parts], wanted[:-1]):
                continue
            given = self.deciding.shown(wanted[-1])
            result = given if result is None or result == given else DYN
        if result is None:
            self._no_overload(node, name, parts)
        weight = sum(part.weight for part in parts) + 1
        runs = tuple(part.run for part in parts)
        if name in RELATIONS:
            relation = function.overloads[0].call
            first, second = runs
            return Typed(result, lambda frame: relation(frame, first(frame), second(frame)), weight)
        return Typed(result, lambda frame: paid(frame, function, tuple([run(frame) for run in runs])), weight + _CALL)

    def _macro(self, node: Node, target: Node, arguments: list[Node]) -> Typed:
        variable, *rest = arguments
        if variable.kind != "ident" or variable.name.startswith("."):
            self._fail(variable.at, "argument must be a simple name")
        operand = self.visit(target)
        kind = self.deciding.shown(operand.kind)
        if kind.open:
            self.deciding.fit((DYN,), (kind,))
        elif kind.name not in ("dyn", "list", "map"):
            self._fail(target.at, f"expression of type '{kind}' cannot be range of a comprehension")
        outer = dict(self._bound)
        self._bound[variable.name] = kind.of[0] if kind.of else DYN
        body = [self.visit(part) for part in rest]
        self._bound = outer
        if node.name != "map" or len(body) == 2:
            self._demand(node, "_&&_" if node.name != "filter" else "_?_:_", body[0])
        weight = sum(part.weight for part in body) + 1
        each = each_item(variable.name, operand.run, weight)
        result = {"map": list_of(body[-1].kind), "filter": list_of(kind.of[0] if kind.of else DYN)}.get(node.name, BOOL)
        return Typed(result, MACROS[node.name](each, [part.run for part in body]), operand.weight + weight)

    # -- literals ----------------------------------------------------------------------------------------------------

    def _const(self, node: Node) -> Typed:
        value = node.value
        return Typed(Kind(values.kind(value)), lambda _: value)

    def _list(self, node: Node) -> Typed:
        parts = [*map(self.visit, node.parts)]
        runs = [part.run for part in parts]
        kind = list_of(self._joined(parts))
        return Typed(kind, lambda frame: [run(frame) for run in runs], sum(part.weight for part in parts) + 1)

    def _map(self, node: Node) -> Typed:
        parts = [*map(self.visit, node.parts)]
        pairs = [(parts[i].run, parts[i + 1].run) for i in range(0, len(parts), 2)]

        def run(frame: Frame) -> values.Value:
            return values.made_map([(key(frame), item(frame)) for key, item in pairs])

        kind = map_of(self._joined(parts[::2]), self._joined(parts[1::2]))
        return Typed(kind, run, sum(part.weight for part in parts) + 1)

    def _joined(self, parts: list[Typed]) -> Kind:
        kind: Kind | None = None
        for part in parts:
            kind = self.deciding.joined(kind, part.kind)
        return self.deciding.fresh() if kind is None else self.deciding.shown(kind)
