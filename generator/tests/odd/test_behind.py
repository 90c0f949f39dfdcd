"""What the tools write is tried before it is kept: what they get wrong is told by the schema, never by a traceback."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from datamodel_code_generator import Error
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.errors import ParseError

from trials.making import get, post, text, tree, written
from wirewright import models, proof
from wirewright.errors import SpecError
from wirewright.examples import Examples

THING = (
    "Thing: { type: object, required: [id], properties: { id: { type: integer, minimum: 1 }, kindOf: { enum: [a, b] }, "
    "other: { $ref: '#/components/schemas/Other' } } }\nOther: { type: object, properties: { n: { type: number } } }"
)
REF = "{ $ref: '#/components/schemas/Thing' }"
_modules = models._modules


def _spoiled(monkeypatch: pytest.MonkeyPatch, old: str, new: str) -> None:
    """Let the tool write something else than it does."""

    def modules(*given: Any) -> Mapping[tuple[str, ...], str]:
        made = _modules(*given)
        assert any(old in source for source in made.values())
        return {path: source.replace(old, new) for path, source in made.items()}

    monkeypatch.setattr(models, "_modules", modules)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("alias='kindOf'", "alias='kindof'", "would become"),
        ("id: Annotated[int, Field(ge=1)]", "id: int", '{"id": 0} would be taken, which it does not allow'),
        ("id: Annotated[int, Field(ge=1)]", "id: int = 1", "{} would be taken, which it does not allow"),
        ("id: Annotated[int, Field(ge=1)]", "id: str", '{"id": 1} would be refused (id Input should be a valid string'),
        ("other: Other | None", "other: Gone | None", "name 'Gone' is not defined"),
        ("n: float | None", "n: int | None", "would be refused"),
    ],
)
def test_a_model_that_is_not_its_schema_is_refused_with_the_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, reason: str
) -> None:
    _spoiled(monkeypatch, old, new)
    with pytest.raises(SpecError) as caught:
        tree(written(tmp_path, text(post(REF), THING)))
    assert reason in caught.value.reason
    assert "cannot be turned into a type that is right" in caught.value.reason
    assert "(line 2" in caught.value.place


def test_a_model_that_is_its_schema_is_kept(tmp_path: Path) -> None:
    assert b"kindOf" in tree(written(tmp_path, text(post(REF), THING)))["rest/models/thing.py"]


def test_a_tool_that_fails_is_told_by_the_schema_that_it_fails_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def modules(told: Any, package: str) -> Mapping[tuple[str, ...], str]:
        if "Other" in told.schemas:
            raise RuntimeError("Traceback\n  inner workings\nit stumbled")
        return _modules(told, package)

    monkeypatch.setattr(models, "_modules", modules)
    with pytest.raises(SpecError) as caught:
        tree(written(tmp_path, text(get(REF), THING)))
    assert caught.value.reason == "no type could be made of Other (it stumbled); write it in another way"
    assert "/components/schemas/Other (line 18)" in caught.value.place


def _two(folder: Path, monkeypatch: pytest.MonkeyPatch, made: Callable[[set[str]], object]) -> SpecError:
    """The fault of two schemas that have nothing to do with each other, where the tool makes this of their names."""

    def generate(source: Any, **given: object) -> object:
        return made({*source["components"]["schemas"]})

    monkeypatch.setattr(models, "generate_models", generate)
    schemas = "A: { type: object, properties: { n: {} } }\nB: { type: object, properties: { m: {} } }"
    answer = "{ oneOf: [{ $ref: '#/components/schemas/A' }, { $ref: '#/components/schemas/B' }] }"
    with pytest.raises(SpecError) as caught:
        tree(written(folder, text(get(answer), schemas)))
    return caught.value


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (RuntimeError("Traceback\n  inner workings\nit stumbled \n"), "it stumbled"),
        (RuntimeError(" \n"), "RuntimeError"),
        (ValueError("x" * 201), "x" * 200),
        (Error("not this way"), "not this way"),
    ],
)
def test_the_last_line_of_what_a_tool_says_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, reason: str
) -> None:
    def made(names: set[str]) -> object:
        if "B" in names:
            raise error
        return {}

    assert str(_two(tmp_path, monkeypatch, made)) == (
        f"openapi.yaml: /components/schemas/B (line 18): no type could be made of B ({reason}); write it in another way"
    )


def test_schemas_that_fail_together_alone_are_told_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def made(names: set[str]) -> object:
        if {"A", "B"} <= names:
            raise RuntimeError("they quarrel")
        return {}

    told = str(_two(tmp_path, monkeypatch, made))
    assert told == "openapi.yaml: /components/schemas: no types could be made of the schemas together"


@pytest.mark.parametrize(
    ("made", "reason"), [("one text", "of A (it made no modules); write"), ({}, "of A; write"), (None, "of A (it made")]
)
def test_a_tool_that_makes_no_modules_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: object, reason: str
) -> None:
    told = str(_two(tmp_path, monkeypatch, lambda names: made))
    assert told.startswith(f"openapi.yaml: /components/schemas/A (line 17): no type could be made {reason}")


def _without(parsed: GeneratorData, name: str) -> None:
    """The parser has left an operation out."""
    for collection in parsed.endpoint_collections_by_tag.values():
        collection.endpoints = [each for each in collection.endpoints if str(each.name) != name]


def _incomplete(parsed: GeneratorData, name: str) -> None:
    """The parser has kept an operation, and left a part of it out."""
    for collection in parsed.endpoint_collections_by_tag.values():
        collection.parse_errors.append(ParseError(header=f"WARNING parsing GET /{name} within default."))


def _noted(parsed: GeneratorData, name: str) -> None:
    """The parser has noted it with the document."""
    parsed.errors.append(ParseError(detail=f"/{name} is odd"))


@pytest.mark.parametrize("spoil", [_without, _incomplete, _noted])
@pytest.mark.parametrize(
    ("number", "name", "place"),
    [(0, "thing:get", "/paths/~1things/get (line 8)"), (1, "thing:make", "/paths/~1other/post (line 17)")],
)
def test_an_operation_that_a_tool_does_not_understand_is_told_and_not_left_out(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    spoil: Callable[[GeneratorData, str], None],
    number: int,
    name: str,
    place: str,
) -> None:
    read = GeneratorData.from_dict

    def spoiled(*given: Any, **options: Any) -> GeneratorData:
        parsed = read(*given, **options)
        assert isinstance(parsed, GeneratorData)
        spoil(parsed, f"operation_{number}")
        return parsed

    monkeypatch.setattr(GeneratorData, "from_dict", spoiled)
    paths = get("{ type: string }") + "\n" + post("{ type: string }").replace("/things", "/other")
    with pytest.raises(SpecError) as caught:
        tree(written(tmp_path, text(paths)))
    assert str(caught.value) == (
        f"openapi.yaml: {place}: no function can be made of '{name}': "
        "a parameter, the body or an answer has a shape that is not understood"
    )


def test_examples_reach_each_part_of_a_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []
    check: Callable[..., None] = proof.models
    monkeypatch.setattr(proof, "models", lambda tree, told, specification, package: seen.append(specification))
    tree(written(tmp_path, text(post(REF), THING)))
    monkeypatch.setattr(proof, "models", check)
    examples = Examples(seen[0].document["components"]["schemas"])
    right = examples.right("Thing")
    assert right[0] == {"id": 1}
    assert {value.get("kindOf") for value in right} == {None, "a", "b"}
    assert any(value.get("other") == {} for value in right)
    assert any(value.get("other", {}).get("n") == 1.5 for value in right)
    assert examples.wrong("Thing") == [{}]
    assert examples.beyond("Thing") == [{"id": 0}]
