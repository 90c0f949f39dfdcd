"""Random schemas: a value that fits one is read and written again as it came, or the schema is refused with a place."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from codegen.errors import SpecError
from tests.codegen.odd.making import function, get, imported, part, tree, written

NAMES = st.sampled_from(
    [
        "a",
        "b",
        "fooBar",
        "foo_bar",
        "class",
        "None",
        "_id",
        "2fa",
        "json",
        "copy",
        "list",
        "str",
        "int",
        "date",
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
)
TEXTS = st.sampled_from(["red", "RED", "Red", "", "+1", "-1", "1", "None", "a b", "ä", "_x", "mro", "name", "value"])
SCALARS: st.SearchStrategy[Any] = st.one_of(
    st.just({"type": "string"}),
    st.just({"type": "integer"}),
    st.just({"type": "number"}),
    st.just({"type": "boolean"}),
    st.just({"type": ["string", "null"]}),
    st.just({"type": ["integer", "string"]}),
    st.just({"type": "integer", "minimum": -3, "exclusiveMaximum": 9}),
    st.just({"type": "string", "format": "uri"}),
    st.lists(TEXTS, min_size=1, max_size=5, unique=True).map(lambda values: {"type": "string", "enum": values}),
    st.lists(st.integers(-3, 3), min_size=1, max_size=4, unique=True).map(lambda values: {"enum": values}),
    st.lists(TEXTS, min_size=2, max_size=4, unique=True).map(lambda values: {"enum": [*values, None]}),
    st.just({"const": "x"}),
    st.just({}),
)


@st.composite
def objects(draw: st.DrawFn, inner: st.SearchStrategy[Any]) -> Any:
    """A closed object, so that what it holds is all that there is to compare."""
    properties = draw(st.dictionaries(NAMES, inner, max_size=5))
    required = draw(st.lists(st.sampled_from(sorted(properties)), unique=True)) if properties else []
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


SCHEMAS = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        objects(inner),
        inner.map(lambda items: {"type": "array", "items": items}),
        inner.map(lambda values: {"type": "object", "additionalProperties": values}),
        st.lists(inner, min_size=2, max_size=3).map(lambda options: {"anyOf": options}),
        st.lists(objects(SCALARS), min_size=1, max_size=2).map(
            lambda parts: {"allOf": [{**each, "additionalProperties": True} for each in parts]}
        ),
        st.lists(inner, min_size=1, max_size=3).map(
            lambda places: {"type": "array", "prefixItems": places, "items": False, "minItems": len(places)}
        ),
    ),
    max_leaves=8,
)


@pytest.mark.slow
@pytest.mark.timeout(300)
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(schema=SCHEMAS, data=st.data())
def test_a_value_comes_back_as_it_was_read_or_the_schema_is_refused(schema: Any, data: st.DataObject) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        place = ""
        try:
            made: Any = tree(written(folder / "spec", get(json.dumps(schema))))
        except SpecError as fault:
            place = fault.place
            made = None
        if made is None:
            assert "(line" in place
            return
        with imported(made, folder) as package:
            reader = function(package).build().answers[200]
            write = part(package, "runtime").json_text
            for _ in range(3):
                value = data.draw(values(schema))
                assert Draft202012Validator(schema).is_valid(value)
                read = reader(_Answer(json.dumps(value).encode()))
                back = json.loads(write(read) or "null")
                assert back == value


class _Answer:
    def __init__(self, content: bytes) -> None:
        self.content = content


def values(schema: Any) -> st.SearchStrategy[Any]:
    """Values that fit a schema of those above."""
    if "anyOf" in schema:
        return st.one_of(*map(values, schema["anyOf"]))
    if "allOf" in schema:
        properties: dict[str, Any] = {}
        for each in schema["allOf"]:
            for name, part_of_it in each["properties"].items():
                properties[name] = [*properties.get(name, []), part_of_it]
        whole = {"type": "object", "properties": {name: parts[0] for name, parts in properties.items()}}
        required = [name for each in schema["allOf"] for name in each["required"]]
        return values({**whole, "required": required}).filter(Draft202012Validator(schema).is_valid)
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "const" in schema:
        return st.just(schema["const"])
    kinds = schema.get("type", ["string", "integer", "null", "boolean"])
    return st.one_of(*(_of_kind(schema, kind) for kind in (kinds if isinstance(kinds, list) else [kinds])))


def _of_kind(schema: Any, kind: str) -> st.SearchStrategy[Any]:
    if kind == "array" and "prefixItems" in schema:
        return st.tuples(*map(values, schema["prefixItems"])).map(list)
    if kind == "array":
        return st.lists(values(schema["items"]), max_size=3)
    if kind == "object" and "properties" not in schema:
        return st.dictionaries(st.sampled_from(["x", "y", "class"]), values(schema["additionalProperties"]), max_size=2)
    if kind == "object":
        parts = {name: values(each) for name, each in schema["properties"].items()}
        required = {name: each for name, each in parts.items() if name in schema["required"]}
        optional = {name: each for name, each in parts.items() if name not in schema["required"]}
        return st.fixed_dictionaries(required, optional=optional)
    if "format" in schema:
        return st.sampled_from(["http://x", "urn:a:b"])
    plain: dict[str, st.SearchStrategy[Any]] = {
        "string": st.sampled_from(["", "x", "1", "true", "null", "ä", "2026-01-02"]),
        "integer": st.integers(-3, 8),
        "number": st.one_of(st.floats(-1e6, 1e6), st.integers(-9, 9)),
        "boolean": st.booleans(),
        "null": st.none(),
    }
    return plain[kind]
