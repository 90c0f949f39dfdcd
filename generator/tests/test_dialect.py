"""Schemas as the tools are given them: of what a server sends all is taken, what we send is held to its limits."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest
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
@One: { type: object, required: [k], properties: { k: { type: string }, a: { type: string } } }
@Two: { type: object, required: [k], properties: { k: { enum: [two] } } }
@Free: { type: object, properties: { f: { type: string } } }
"""


class Case(NamedTuple):
    """A schema and its two forms."""

    given: str
    received: str
    sent: str


LINES = FORMS.splitlines()
CASES = [Case(*LINES[first : first + 3]) for first in range(0, len(LINES), 3)]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Dialect:
    """The dialect of all of them together."""
    paths: list[str] = []
    schemas: list[str] = []
    for kind, method, verb in (("R", get, "get"), ("S", post, "make")):
        for number, case in enumerate(CASES):
            path = method(f"{{ $ref: {kind}{number} }}").replace("/things", f"/{kind}{number}")
            paths.append(path.replace(f"thing:{verb}", f"thing:{verb}{number}"))
            own = case.given.replace("Self", f"{kind}{number}").replace("@", kind)
            schemas.append(f"{kind}{number}: {own}")
        schemas.append(OTHERS.replace("@", kind))
    folder = written(tmp_path_factory.mktemp("dialect"), _referring(text("\n".join(paths), "\n".join(schemas))))
    return dialect.of(openapi.load(folder, folder / "select.toml"))


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case.given for case in CASES])
def test_a_schema_is_given_to_the_tools_by_its_use(made: Dialect, number: int) -> None:
    case = CASES[number]
    for kind, expected in (("R", case.received), ("S", case.sent)):
        assert _text(made.schemas[f"{kind}{number}"]) == _text(yaml.safe_load(_referring(expected.strip())))


def test_what_has_a_name_besides(made: Dialect) -> None:
    found = {name: schema for name, schema in made.schemas.items() if not re.fullmatch(r"[RS]\d+", name)}
    assert _text(found) == _text(yaml.safe_load(_referring(BESIDES)))


def test_what_templates_and_fields_are_told(made: Dialect) -> None:
    def of(given: str) -> str:
        return str(next(number for number, case in enumerate(CASES) if case.given.startswith(given)))

    fields, unique = of("{ type: object, properties: { aB"), of("{ type: object, properties: { a: { type: array, uni")
    named, numbers, nullable = (
        of("{ enum: [a, b], x-"),
        of("{ type: integer, enum"),
        of("{ type: [string, 'null'], enum"),
    )
    assert made.aliases == {
        f"{kind}{fields}.{wire}": name for kind in "RS" for wire, name in (("aB", "a_b_2"), ("a_b", "a_b"))
    }
    assert made.data == {f"S{unique}": {"unique_items": ["a"]}} | {
        f"{kind}{number}": {"members": members, "docs": docs}
        for kind in "RS"
        for number, members, docs in (
            (named, {"'a'": "ONE", "'b'": "TWO"}, {"'a'": "First", "'b'": "Second"}),
            (numbers, {"1": "VALUE_1", "2": "VALUE_2"}, {"1": "First"}),
            (nullable, {"'a'": "A", "'b'": "B"}, {}),
        )
    }


def _text(node: Any) -> str:
    return json.dumps(node, sort_keys=True)


def _referring(text: str) -> str:
    """The text with whole references, at `$ref` and in the mapping of a discriminator."""
    return re.sub(r"(\$ref|one|two): (\w+)", r"\1: '#/components/schemas/\2'", text)
