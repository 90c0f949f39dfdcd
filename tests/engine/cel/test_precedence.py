"""Which sign binds tighter: what is written without brackets is read as if it had those of the language's ranks."""

from __future__ import annotations

from itertools import product

import pytest

from hatchet.engine.cel.syntax import Node, parse

RANKS = [["||"], ["&&"], ["<", "<=", ">=", ">", "==", "!=", "in"], ["+", "-"], ["*", "/", "%"]]
RANK = {sign: rank for rank, signs in enumerate(RANKS) for sign in signs}
ONE_OF_EACH = [signs[0] for signs in RANKS]


def read(text: str) -> str:
    """An expression as it was read, each part of it in brackets."""
    return _shown(parse(text))


def _shown(node: Node) -> str:
    parts = [_shown(part) for part in node.parts]
    match node.kind, node.name:
        case "ident", name:
            return name
        case "const", _:
            return repr(node.value)
        case ("or" | "and") as kind, _:
            return f"({f' {kind} '.join(parts)})"
        case "if", _:
            return f"({parts[0]} ? {parts[1]} : {parts[2]})"
        case "call", name:
            return f"{name}({', '.join(parts)})"
        case kind, name:
            return f"{kind} {name}({', '.join(parts)})"


def grouped(signs: list[str]) -> str:
    """Names between these signs, in the brackets that the ranks and the order from left to right give them."""
    names = "abcdefgh"[: len(signs) + 1]
    groups: list[str] = [names[0]]
    waiting: list[str] = []
    for sign, name in zip(signs, names[1:], strict=True):
        while waiting and RANK[waiting[-1]] >= RANK[sign]:
            right, left = groups.pop(), groups.pop()
            groups.append(f"({left} {waiting.pop()} {right})")
        waiting.append(sign)
        groups.append(name)
    while waiting:
        right, left = groups.pop(), groups.pop()
        groups.append(f"({left} {waiting.pop()} {right})")
    return groups[0]


def written(signs: list[str]) -> str:
    return "a" + "".join(f" {sign} {name}" for sign, name in zip(signs, "bcdefgh", strict=False))


def flat(text: str) -> str:
    """Chains of one sign are one node: the brackets of a chain that begins another of its kind are none."""
    node = parse(text)

    def joined(node: Node) -> Node:
        parts = [joined(part) for part in node.parts]
        if node.kind in ("or", "and") and parts[0].kind == node.kind:
            parts = [*parts[0].parts, *parts[1:]]
        return node._replace(parts=tuple(parts))

    return _shown(joined(node))


@pytest.mark.parametrize("signs", [*product(RANK, repeat=2)], ids=" ".join)
def test_two_signs(signs: tuple[str, str]) -> None:
    assert read(written([*signs])) == flat(grouped([*signs]))


def test_up_to_five_signs() -> None:
    wrong = [
        signs
        for number in (3, 4, 5)
        for signs in product(ONE_OF_EACH, repeat=number)
        if read(written([*signs])) != flat(grouped([*signs]))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("a || b && c", "(a or (b and c))"), ("a && b || c", "((a and b) or c)"),
        ("a || b && c || d && e", "(a or (b and c) or (d and e))"),
        ("a ? b : c ? d : e", "(a ? b : (c ? d : e))"),
        ("a || b ? c && d : e || f", "((a or b) ? (c and d) : (e or f))"),
        ("-a + b", "_+_(-_(a), b)"), ("-a * b", "_*_(-_(a), b)"), ("!a && b", "(!_(a) and b)"),
        ("a - -b", "_-_(a, -_(b))"), ("a - -1", "_-_(a, -1)"), ("a - - -1", "_-_(a, 1)"), ("--a", "a"),
        ("---a", "-_(a)"), ("!!!a", "!_(a)"), ("-a.b", "-_(select b(a))"), ("-a[b]", "-_(index (a, b))"),
        ("-1", "-1"), ("- 1", "-1"), ("--1", "1"), ("---1", "-_(1)"), ("'-' + '1'", "_+_('-', '1')"),
        ("a in b == c", "_==_(@in(a, b), c)"), ("a.b in c.d", "@in(select b(a), select d(c))"),
    ],
)  # fmt: skip
def test_signs_as_they_are_meant(text: str, meant: str) -> None:
    assert read(text) == meant
