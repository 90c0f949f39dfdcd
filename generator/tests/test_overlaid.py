"""What an overlay for OpenAPI does to a document, what it leaves without words, and how its file is written again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from trials import toys
from wirewright import overlay, since
from wirewright.documents import Documents
from wirewright.errors import SpecError
from wirewright.overlay import Action, Overlay

DOCUMENT = """
paths:
  /a:
    get:
      operationId: a:get
      tags: [x]
      parameters: [{ name: p, in: query }, { name: q, in: header, description: Q }, 3]
  /b: { post: { operationId: b:post, description: B } }
components:
  schemas:
    One: { type: object, description: D, properties: { a: { type: string }, b: { description: B } } }
    Two: { properties: { c: { properties: { d: {} } } }, items: { properties: { e: {} } } }
    Three: { $ref: x }
    Four: { type: string, enum: [u, v, w], description: D, x-enum-descriptions: { u: U, z: Z } }
    Five: { type: integer, enum: [1], description: D }
    Six: { type: boolean, enum: [true], description: D }
"""


def _document() -> Any:
    return yaml.safe_load(DOCUMENT)


def _read(folder: Path, actions: str, head: str = "overlay: 1.0.0\n") -> Overlay:
    toys.write(folder, {"openapi.yaml": f"{head}actions:\n{actions}"})
    return Overlay.read(folder, Documents(folder))


DATED = "x-since: v2, update: { New: { description: ' N. ', a: { description: A } } }"
UNDATED = "x-since: unknown, update: { New: { a: { description: A } } }"
UNKNOWN = "The version that brought it is not known."
OPERATIONS = "{ get: { operationId: n:get }, put: { operationId: n:put } }"
SCHEMAS = "$.components.schemas"


@pytest.mark.parametrize(
    ("action", "place", "found"),
    [
        ("update: { One: { description: E } }", (), {"One": {"description": "E"}}),
        ("update: { One: { more: [1] }, New: 1 }", (), {"One": {"more": [1]}, "New": 1}),
        ("update: { Four: { enum: [x] } }", (), {"Four": {"enum": ["u", "v", "w", "x"]}}),
        ("update: { Four: { enum: x } }", (), {"Four": {"enum": "x"}}),
        ("update: { One: [1] }", (), {"One": [1]}),
        (DATED, (), {"New": {"description": "N. Since v2.", "a": {"description": "A"}}}),
        (UNDATED, (), {"New": {"a": {"description": f"A {UNKNOWN}"}}}),
        ("x-since: v2, update: { New: [{ description: A }] }", (), {"New": [{"description": "A"}]}),
        ("x-since: v2, x-reason: w, description: d, update: { n: 1 }", ("One",), {"n": 1}),
    ],
)
def test_an_update_goes_key_by_key(tmp_path: Path, action: str, place: tuple[str, ...], found: Any) -> None:
    target = SCHEMAS + "".join(f".{each}" for each in place)
    document, expected = _document(), _document()
    assert _read(tmp_path, f"  - {{ target: {target}, {action} }}\n").apply(document) == []
    node = expected["components"]["schemas"]
    for each in place:
        node = node[each]
    for key, value in found.items():
        node[key] = {**node[key], **value} if isinstance(value, dict) and key in node else value
    assert document == expected


def test_each_target_has_a_copy_of_its_own_at_the_place_of_the_overlay(tmp_path: Path) -> None:
    ours = _read(tmp_path, "  - target: $.paths[*][*]\n    update:\n      x-list: [{ a: 1 }]\n")
    document = _document()
    assert ours.apply(document) == []
    first, second = document["paths"]["/a"]["get"]["x-list"], document["paths"]["/b"]["post"]["x-list"]
    assert first == second == [{"a": 1}]
    assert first is not second
    assert first[0] is not second[0]
    assert (ours.documents.place(first[0]).file, ours.documents.place(first[0]).line) == ("openapi.yaml", 5)


def test_a_list_takes_one_more_or_several(tmp_path: Path) -> None:
    document = _document()
    text = "  - { target: '$.paths[*].get.tags', update: y }\n  - { target: '$.paths[*].get.tags', update: [z, w] }\n"
    _read(tmp_path, text).apply(document)
    assert document["paths"]["/a"]["get"]["tags"] == ["x", "y", "z", "w"]


def test_what_is_not_there_is_given_back_and_the_rest_is_done(tmp_path: Path) -> None:
    text = "  - { target: $.gone, update: {} }\n  - { target: $.paths, remove: true }\n"
    ours, document = _read(tmp_path, text + "  - { target: $.lost, remove: true }\n"), _document()
    lost = ours.apply(document)
    assert [(action.path.text, action.place.line) for action in lost] == [("$.gone", 3), ("$.lost", 5)]
    assert list(document) == ["components"]
    with pytest.raises(SpecError) as caught:
        overlay.refuse(lost, document)
    assert str(caught.value) == "openapi.yaml: /actions/0 (line 3): $.gone: $ has no gone any more"
    overlay.refuse([], document)


def test_what_nobody_describes_is_named() -> None:
    assert list(overlay.undescribed(_document())) == [
        "operation a:get",
        "parameter query p of a:get",
        "property One.a",
        "schema Two",
        "property Two.c",
        "property Two.d",
        "property Two.e",
        "enum value Four v",
        "enum value Four w",
        "enum value Five 1",
    ]
    assert list(overlay.unmatched(_document())) == ["Four: the enum has no z any more"]


FORM = "this is no OpenAPI Overlay 1.0 with a list of `actions`"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("overlay: 1.0.0\nactions: {}\n", f"overlay/openapi.yaml: /: {FORM}"),
        ("overlay: 2.0.0\nactions: []\n", f"overlay/openapi.yaml: /: {FORM}"),
        ("actions: []\n", f"overlay/openapi.yaml: /: {FORM}"),
        ("[]\n", f"overlay/openapi.yaml: /: {FORM}"),
        ("overlay: 1.1.0\nactions: []\nx-since: []\n", "overlay/openapi.yaml: /x-since: this maps names to versions"),
    ],
)
def test_what_is_no_overlay_is_told(tmp_path: Path, text: str, told: str) -> None:
    toys.write(tmp_path, {"openapi.yaml": text})
    with pytest.raises(SpecError) as caught:
        Overlay.read(tmp_path, Documents(tmp_path))
    assert str(caught.value) == told


EITHER = "an action has either `update` or `remove: true`"


@pytest.mark.parametrize(
    ("action", "told"),
    [
        ("x", "openapi.yaml: / (line 1): an action names no target"),
        ("{ target: 3, update: {} }", "an action names no target"),
        ("{ target: $.a, b: 1, a: 2, update: {} }", "the key 'a' of an action means nothing here"),
        ("{ target: $.a }", EITHER),
        ("{ target: $.a, update: {}, remove: false }", EITHER),
        ("{ target: $, remove: true }", "the whole document cannot be removed"),
        ("{ target: a, update: {} }", "the target 'a' does not begin with `$`"),
    ],
)
def test_an_action_that_means_nothing_is_told(tmp_path: Path, action: str, told: str) -> None:
    with pytest.raises(SpecError) as caught:
        _read(tmp_path, f"  - {action}\n")
    assert str(caught.value).removeprefix("openapi.yaml: /actions/0 (line 3): ").startswith(told)


def test_an_overlay_is_read_whole_and_written_again_without_entries(tmp_path: Path) -> None:
    assert Overlay.read(tmp_path, Documents(tmp_path)).actions == ()
    head = "# One: é.\n# Two.\noverlay: 1.1.0\nx-since: { a: 1, b: v2 }\n"
    text = "  - { target: $.a, update: 1 } # first\n  - { target: $.b, remove: true, x-since: v3, x-reason: why }\n"
    ours = _read(tmp_path, text, head)
    first, second = ours.actions
    assert ours.since == {"a": "1", "b": "v2"}
    assert (ours.place.line, first.place.line, second.place.line) == (3, 6, 7)
    assert (first.update, first.remove, first.since, first.reason) == (1, False, None, None)
    assert (second.update, second.remove, second.since, second.reason) == (None, True, "v3", "why")

    overlay.without(tmp_path, [first])

    written = (tmp_path / "openapi.yaml").read_bytes().decode()
    assert written == (
        "# One: é.\n# Two.\noverlay: 1.1.0\nx-since:\n  a: 1\n  b: v2\nactions:\n"
        "- target: $.b\n  remove: true\n  x-since: v3\n  x-reason: why\n"
    )


def _action(folder: Path, action: str) -> Action:
    return _read(folder, f"  - {{ {action} }}\n").actions[0]


@pytest.mark.parametrize(
    ("action", "names"),
    [
        ("target: $.components.schemas, update: { New: {}, Other: {} }", ["New", "Other"]),
        ("target: $.components.schemas.One.properties, update: { n: {} }", ["One.n"]),
        (f"target: $.paths, update: {{ /n: {OPERATIONS} }}", ["n:get", "n:put"]),
        ("target: $.components.schemas, update: { New: { operationId: o } }", ["o"]),
    ],
)
def test_what_an_action_adds_has_names(tmp_path: Path, action: str, names: list[str]) -> None:
    assert list(since.added(_action(tmp_path, f"{action}, x-since: v1"))) == names


@pytest.mark.parametrize(
    "action",
    [
        "target: $.paths, update: { /n: {} }",
        "target: $.components, update: { schemas: {} }",
        "target: $.components.schemas, update: 3",
        "target: $.components.parameters, update: { a: {} }",
        "target: $.info.schemas, update: { a: {} }",
    ],
)
def test_a_version_of_anything_else_is_not_understood(tmp_path: Path, action: str) -> None:
    told = "x-since is understood at operations, schemas and properties of schemas"
    with pytest.raises(SpecError) as caught:
        list(since.added(_action(tmp_path, action)))
    assert str(caught.value) == f"openapi.yaml: /actions/0 (line 3): {told}"


def test_what_is_dated_has_to_be_there(tmp_path: Path) -> None:
    dates = "{ 'a:get': v3, One: v2, One.a: unknown }"
    text = "  - { target: $.components.schemas, x-since: v1, update: { New: {} } }\n  - { target: $.x, update: {} }\n"
    ours = _read(tmp_path, text, f"overlay: 1.0.0\nx-since: {dates}\n")
    found = since.of_document(ours, _document())
    assert found == {"New": "v1", "One": "v2", "One.a": "unknown", "a:get": "v3"}
    assert list(found) == sorted(found)
    for name in ("One.z", "Zero", "a", "Zero.a", ".a"):
        ours = _read(tmp_path, "  []\n", f"overlay: 1.0.0\nx-since: {{ {name}: v1 }}\n")
        with pytest.raises(SpecError) as caught:
            since.of_document(ours, _document())
        told = f"x-since dates {name!r}, and there is no such operation, schema or property"
        assert str(caught.value) == f"openapi.yaml: / (line 1): {told}"
