"""Random schemas: a value that fits one is read and written again as it came, or the schema is refused with a place."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from trials.making import Client, get, imported, joined, prefix, text, tree, written
from wirewright import openapi
from wirewright.errors import SpecError

pytestmark = pytest.mark.timeout(300)

NAMES = ["a", "b", "fooBar", "foo_bar", "class", "None", "_id", "2fa", "json", "copy", "list", "str", "int", "date"]
NAMES += [
    "model_x",
    "model_config",
    "self",
    "cls",
    "$top",
    "a b",
    "ä",
    "A",
    "a_",
    "name",
    "value",
    "schema",
    "model_fields",
]
TEXTS = ["red", "RED", "Red", "", "+1", "-1", "1", "None", "a b", "ä", "_x", "mro", "name", "value"]
SCALARS: list[Any] = [
    {"type": "string"},
    {"type": "integer"},
    {"type": "number"},
    {"type": "boolean"},
    {"type": ["string", "null"]},
    {"type": ["integer", "string"]},
    {"type": "integer", "minimum": -3, "exclusiveMaximum": 9},
    {"type": "string", "format": "uri"},
    {"const": "x"},
    {},
]


@dataclass(frozen=True)
class Case:
    """A random schema."""

    paths: str
    schema: Any
    schemas: str = ""
    is_alone: bool = False


def scalar(random: Random) -> Any:
    """A schema of a single value."""
    match random.randrange(4):
        case 0:
            return {"type": "string", "enum": random.sample(TEXTS, random.randint(1, 5))}
        case 1:
            return {"enum": random.sample(range(-3, 4), random.randint(1, 4))}
        case _:
            return random.choice(SCALARS)


def closed(random: Random, inner: Any) -> Any:
    """A closed object, so that what it holds is all that there is to compare."""
    properties = {name: inner() for name in random.sample(NAMES, random.randint(0, 5))}
    required = random.sample(sorted(properties), random.randint(0, len(properties)))
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def schema(random: Random, depth: int = 3) -> Any:
    """A schema of a few storeys."""
    if depth == 0 or random.random() < 0.25:
        return scalar(random)
    match random.randrange(6):
        case 0:
            return {"type": "array", "items": schema(random, depth - 1)}
        case 1:
            return {"type": "object", "additionalProperties": schema(random, depth - 1)}
        case 2:
            return {"anyOf": [schema(random, depth - 1) for _ in range(random.randint(2, 3))]}
        case 3:
            parts = [closed(random, lambda: scalar(random)) for _ in range(random.randint(1, 2))]
            return {"allOf": [{key: value for key, value in part.items() if key[0] != "a"} for part in parts]}
        case 4:
            places = [schema(random, depth - 1) for _ in range(random.randint(1, 3))]
            return {"type": "array", "prefixItems": places, "items": False, "minItems": len(places)}
        case _:
            return closed(random, lambda: schema(random, depth - 1))


def value(random: Random, of: Any) -> Any:
    """A value that fits a schema of those above, by far the most often."""
    if "anyOf" in of:
        return value(random, random.choice(of["anyOf"]))
    if "allOf" in of:
        merged: dict[str, Any] = {}
        for part in of["allOf"]:
            merged |= value(random, part)
        return merged
    if "enum" in of:
        return random.choice(of["enum"])
    if "const" in of:
        return of["const"]
    kinds = of.get("type", ["string", "integer", "null", "boolean"])
    match random.choice(kinds if isinstance(kinds, list) else [kinds]):
        case "array" if "prefixItems" in of:
            return [value(random, part) for part in of["prefixItems"]]
        case "array":
            return [value(random, of["items"]) for _ in range(random.randrange(4))]
        case "object" if "properties" not in of:
            return {key: value(random, of["additionalProperties"]) for key in random.sample(["x", "y", "class"], 2)}
        case "object":
            return {
                name: value(random, part)
                for name, part in of["properties"].items()
                if name in of["required"] or random.random() < 0.6
            }
        case "string" if "format" in of:
            return random.choice(["http://x", "urn:a:b"])
        case "string":
            return random.choice(["", "x", "1", "true", "null", "ä", "2026-01-02"])
        case "integer":
            return random.randint(-3, 8)
        case "number":
            return random.choice([random.randint(-9, 9), random.uniform(-1e6, 1e6)])
        case "boolean":
            return random.random() < 0.5
        case _:
            return None


@pytest.mark.parametrize("seed", range(2))
def test_a_value_comes_back_as_it_was_read_or_the_schema_is_refused(tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    cases: list[Case] = []
    refused = 0
    for number in range(40):
        drawn = schema(random)
        case = Case(get(json.dumps(drawn)), drawn)
        fault = _fault(written(tmp_path / str(number), text(case.paths)))
        if fault is None:
            cases.append(case)
        else:
            assert "(line" in fault.place
            refused += 1
    assert refused < len(cases)
    with imported(tree(written(tmp_path / "all", joined(cases)), "odd_random"), tmp_path, "odd_random") as package:
        for number, case in enumerate(cases):
            client = Client(package, prefix(number))
            reader = client.function("get").build().answers[200]
            for _ in range(10):
                given = value(random, case.schema)
                if Draft202012Validator(case.schema).is_valid(given):
                    read = reader(_Answer(json.dumps(given).encode()))
                    assert json.loads(client.part("runtime").json_text(read) or "null") == given, case.schema


def _fault(folder: Path) -> SpecError | None:
    try:
        openapi.load(folder, folder / "select.toml")
    except SpecError as fault:
        return fault
    return None


class _Answer:
    def __init__(self, content: bytes) -> None:
        self.content = content
