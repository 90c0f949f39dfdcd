"""Schemas as the tools are given them: of what a server sends all is taken, what we send is held to its limits."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from trials.making import get, post, text, written
from wirewright import dialect, openapi
from wirewright.dialect import Dialect

# In threes: a schema, what it is where it is received (`R` and its number), and what it is where it is sent (`S`).
# Below an empty line: what besides these has a name.
FORMS, BESIDES = Path(__file__).with_name("dialect.txt").read_text().split("\n\n")

# In a schema `@` is `R` or `S`, too, and `Self` its own name.
OTHERS = """
@Base: { type: object, required: [n], properties: { n: { type: integer, minimum: 1 } } }
@Bottom: { type: object, required: [n], properties: { n: { type: integer, minimum: 1, readOnly: true } } }
@Middle: { allOf: [{ $ref: @Bottom }, { properties: { m: { type: integer, minimum: 1 } } }] }
@Tree: { oneOf: [{ $ref: @Node }, { $ref: @Leaf }], discriminator: { propertyName: k } }
@Node: { type: object, required: [k], properties: { k: { enum: [node, knot] }, below: { $ref: @Tree } } }
@Leaf: { type: object, required: [k], properties: { k: { const: leaf } } }
@One: { type: object, required: [k], properties: { k: { type: string }, a: { type: string } } }
@Two: { type: object, required: [k], properties: { k: { enum: [two] } } }
@Free: { type: object, properties: { f: { type: string } } }
@Limited: { type: object, properties: { a: { type: array, items: { type: string, minLength: 1 } } } }
@LimitedAItem: { type: object, properties: { b: { type: string } } }
"""


class Case(NamedTuple):
    """A schema and its two forms."""

    given: str
    received: str
    sent: str


LINES = FORMS.splitlines()
CASES = [Case(*LINES[first : first + 3]) for first in range(0, len(LINES), 3)]


def _made(folder: Path) -> Dialect:
    """The dialect of all of them together, so that the tools run once."""
    paths: list[str] = []
    schemas: list[str] = []
    for kind, method, verb in (("R", get, "get"), ("S", post, "make")):
        for number, case in enumerate(CASES):
            path = method(f"{{ $ref: {kind}{number} }}").replace("/things", f"/{kind}{number}")
            paths.append(path.replace(f"thing:{verb}", f"thing:{verb}{number}"))
            own = case.given.replace("Self", f"{kind}{number}").replace("@", kind)
            schemas.append(f"{kind}{number}: {own}")
        schemas.append(OTHERS.replace("@", kind))
    written(folder, _referring(text("\n".join(paths), "\n".join(schemas))))
    return dialect.of(openapi.load(folder, folder / "select.toml"))


def _number(given: str) -> str:
    return str(next(number for number, case in enumerate(CASES) if case.given.startswith(given)))


def test_schemas_are_given_to_the_tools_by_their_use(tmp_path: Path) -> None:
    made = _made(tmp_path)
    found = {name: _text(schema) for name, schema in made.schemas.items()}
    expected = {name: _text(schema) for name, schema in yaml.safe_load(_referring(BESIDES)).items()}
    for number, case in enumerate(CASES):
        expected[f"R{number}"] = _text(yaml.safe_load(_referring(case.received.strip())))
        expected[f"S{number}"] = _text(yaml.safe_load(_referring(case.sent.strip())))
    assert found == expected

    # What templates and fields are told besides.
    assert made.aliases == {
        f"{kind}{_number('{ type: object, properties: { ' + given)}.{wire}": name
        for kind in "RS"
        for given, wire, name in (
            ("aB", "aB", "a_b_2"),
            ("aB", "a_b", "a_b"),
            ("a: { items: { type: string, minLength", "a", "a"),
            ("a: { items: { type: string, minLength", "A", "a_2"),
        )
    }
    unique = _number("{ type: object, properties: { a: { type: array, uni")
    node: dict[str, Any] = {"members": {"'node'": "NODE", "'knot'": "KNOT"}, "docs": {}}
    assert made.data == {f"S{unique}": {"unique_items": ["a"]}, "RNodeK": node, "SNodeK": node} | {
        f"{kind}{_number(given)}": {"members": members, "docs": docs}
        for kind in "RS"
        for given, members, docs in (
            ("{ enum: [a, b], x-", {"'a'": "ONE", "'b'": "TWO"}, {"'a'": "First", "'b'": "Second"}),
            ("{ enum: [c, d], x-", {"'c'": "C", "'d'": "D"}, {"'c'": "First"}),
            ("{ type: integer, enum", {"1": "VALUE_1", "2": "VALUE_2"}, {"1": "First"}),
            ("{ type: [string, 'null'], enum", {"'a'": "A", "'b'": "B"}, {}),
        )
    }


def _text(node: Any) -> str:
    return json.dumps(node, sort_keys=True)


def _referring(text: str) -> str:
    """The text with whole references, at `$ref` and in the mapping of a discriminator."""
    return re.sub(r"(\$ref|one|two): (\w+)", r"\1: '#/components/schemas/\2'", text)
