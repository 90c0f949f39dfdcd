"""What can be changed in a source so that a test ought to notice."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from typing import NamedTuple

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
SUMS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
UNSEEN = ("newline",)
"""Arguments that say something on Windows alone, where no fault is tried."""
SILENT = ("debug", "info", "warning", "error", "exception")
"""Methods of loggers: what they say is for people, and no test reads each word."""


class Site(NamedTuple):
    """One change of a source."""

    first: int
    """The first line of what is changed, counted from 1."""
    last: int
    start: int
    """Where it begins, in bytes from the beginning of the source."""
    end: int
    text: str
    """What stands there then."""
    what: str

    def apply(self, source: bytes) -> bytes:
        """The source with the change."""
        return source[: self.start] + self.text.encode() + source[self.end :]


def sites(source: bytes) -> list[Site]:
    """All changes that are tried, in the order of their places."""
    lines = source.split(b"\n")
    begins = [0]
    for line in lines:
        begins.append(begins[-1] + len(line) + 1)
    found = set[Site]()
    for node, text, what in _changes(ast.parse(source)):
        start = begins[node.lineno - 1] + node.col_offset
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        end = begins[node.end_lineno - 1] + node.end_col_offset
        if source[start:end].decode() != text:
            found.add(Site(node.lineno, node.end_lineno, start, end, text, what))
    return sorted(found)


Change = tuple[ast.expr | ast.stmt, str, str]


def _changes(tree: ast.Module) -> Iterator[Change]:
    yield from _of_body(tree.body)


def _of_body(body: list[ast.stmt]) -> Iterator[Change]:
    for number, statement in enumerate(body):
        if number == 0 and isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            continue  # a docstring
        yield from _of_statement(statement)


def _of_statement(node: ast.stmt) -> Iterator[Change]:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            if any(_named(each, "overload") for each in node.decorator_list) or node.name == "__repr__":
                return
            defaults = [each for each in (*node.args.defaults, *node.args.kw_defaults) if each is not None]
            for default in defaults:
                yield from _of_expression(default)
            yield from _of_body(node.body)
        case ast.ClassDef():
            if not any(_named(base, "Protocol") or _named(base, "TypedDict") for base in node.bases):
                yield from _of_body(node.body)
        case ast.If() if _named(node.test, "TYPE_CHECKING"):
            return
        case ast.If() | ast.While():
            yield node.test, f"not ({ast.unparse(node.test)})", "condition turned round"
            yield from _parts(node)
        case ast.Return() if node.value is not None and not _is_nothing(node.value):
            yield node, "return None", "nothing returned"
            yield from _of_expression(node.value)
        case ast.Raise() if node.exc is not None:
            yield node, "pass", "nothing raised"
        case ast.Break():
            yield node, "continue", "goes on"
        case ast.Continue():
            yield node, "break", "ends"
        case ast.Expr(value=ast.Constant() | ast.Yield() | ast.YieldFrom()):
            yield from _parts(node)
        case ast.Expr():
            if not _is_log(node.value):
                yield node, "pass", "left out"
                yield from _of_expression(node.value)
        case ast.AugAssign() | ast.Delete():
            yield node, "pass", "left out"
            yield from _parts(node)
        case ast.AnnAssign():
            if node.value is not None:
                yield from _of_expression(node.value)
        case ast.Assign(targets=[ast.Name(id=name)]) if name.startswith("__"):
            return
        case ast.Import() | ast.ImportFrom() | ast.Assert() | ast.Global() | ast.Nonlocal():
            return
        case _:
            yield from _parts(node)


def _parts(node: ast.AST) -> Iterator[Change]:
    for _, value in ast.iter_fields(node):
        for part in value if isinstance(value, list) else [value]:
            match part:
                case ast.stmt():
                    yield from _of_statement(part)
                case ast.expr():
                    yield from _of_expression(part)
                case ast.ExceptHandler():
                    yield from _of_body(part.body)
                case ast.AST():
                    yield from _parts(part)
                case _:
                    pass


def _of_expression(node: ast.expr) -> Iterator[Change]:
    match node:
        case ast.JoinedStr() | ast.Lambda(body=ast.JoinedStr()):
            return  # words; and Python 3.11 does not say where their parts are
        case ast.Compare(ops=[op], comparators=[_]):
            yield node, _unparsed(node, lambda new: setattr(new, "ops", [COMPARISONS[type(op)]()])), "other comparison"
        case ast.BoolOp():
            other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            yield node, _unparsed(node, lambda new: setattr(new, "op", other)), "and for or, or for and"
            yield node, f"({ast.unparse(node.values[0])})", "only the first of and, or or"
        case ast.UnaryOp(op=ast.Not()):
            yield node, f"bool({ast.unparse(node.operand)})", "not left out"
        case ast.BinOp() if type(node.op) in SUMS and not _is_type(node):
            yield node, _unparsed(node, lambda new: setattr(new, "op", SUMS[type(node.op)]())), "other operator"
        case ast.Constant():
            yield from _of_constant(node)
        case ast.IfExp():
            yield node, f"({ast.unparse(node.body)})", "only the first of if-else"
            yield node, f"({ast.unparse(node.orelse)})", "only the second of if-else"
        case ast.Call():
            if _is_log(node) or _named(node.func, "cast") or _named(node.func, "TypeVar"):
                return
            for number, keyword in enumerate(node.keywords):
                if keyword.arg is not None and keyword.arg not in UNSEEN:
                    yield node, _without(node, number), f"without {keyword.arg}="
        case _:
            pass
    yield from _parts(node)


def _of_constant(node: ast.Constant) -> Iterator[Change]:
    match node.value:
        case bool():
            yield node, str(not node.value), "the other truth"
        case int() | float():
            yield node, f"({node.value!r} + 1)", "one more"
        case "utf-8":
            pass  # what stands behind it is cut off: "utf-8_" names it as well
        case str() if node.value and " " not in node.value:
            yield node, repr(node.value + "_"), "other text"
        case _:
            pass


def _unparsed(node: ast.expr, change: Callable[[ast.expr], None]) -> str:
    changed = copy.deepcopy(node)
    change(changed)
    return f"({ast.unparse(changed)})"


def _without(call: ast.Call, number: int) -> str:
    changed = copy.deepcopy(call)
    del changed.keywords[number]
    return ast.unparse(changed)


def _named(node: ast.expr, name: str) -> bool:
    if isinstance(node, ast.Subscript):
        node = node.value
    return (node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")) == name


def _is_nothing(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_log(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SILENT


def _is_type(node: ast.BinOp) -> bool:
    """Whether it is a union of types: what an alias or a `cast` names."""
    return isinstance(node.op, ast.BitOr) and any(
        isinstance(each, ast.Constant) or (isinstance(each, ast.Name) and each.id in ("str", "int", "bytes", "float"))
        for each in (node.left, node.right)
    )
