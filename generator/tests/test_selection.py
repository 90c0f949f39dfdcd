"""What select.toml says is done to a document: what is left out, set, and where each operation goes; faults whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from wirewright.documents import Documents
from wirewright.errors import SpecError
from wirewright.selection import LeaveOut, Override, Selection, operations

RULES = """\
[[leave-out]]
operations = ["user:*", "a:get"]
reason = "People sign in elsewhere, é."

[[override]]
at = "/info/title"
value = { a = 1 }
reason = "A title."

[[override]]
operation = "a:list"
at = "/summary"
value = "S"
reason = "A summary."

[folders]
v1-book = "books"
"""


def _read(folder: Path, rules: str) -> Selection:
    (folder / "rules.toml").write_bytes(rules.encode())
    return Selection.read(folder / "rules.toml", ("v1",))


@pytest.mark.usefixtures("locale_c")
def test_rules_are_read_whole(tmp_path: Path) -> None:
    assert _read(tmp_path, RULES) == Selection(
        "rules.toml",
        (LeaveOut(("user:*", "a:get"), "People sign in elsewhere, é."),),
        (
            Override("/info/title", {"a": 1}, "A title.", None),
            Override("/summary", "S", "A summary.", "a:list"),
        ),
        {"v1-book": "books"},
        ("v1",),
    )
    assert _read(tmp_path, "") == Selection("rules.toml", (), (), {}, ("v1",))
    assert Selection.read(None, ("v2",)) == Selection("the settings", (), (), {}, ("v2",))
    assert Selection.read(None) == Selection("the settings", (), (), {})


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ("a = ", "/: the file cannot be read: Invalid value (at end of document)"),
        ("[folder]\n[names]\n", "/folder: this key means nothing here"),
        ("[[leave-out]]\nreason = 'x'\n", "/: an entry lacks its 'operations'"),
        ("[[leave-out]]\noperations = []\n", "/: an entry lacks its 'reason'"),
        ("[[override]]\nvalue = 1\nreason = 'x'\n", "/: an entry lacks its 'at'"),
        ("[[override]]\nat = '/x'\nreason = 'x'\n", "/: an entry lacks its 'value'"),
        ("[[override]]\nat = '/x'\nvalue = 1\n", "/: an entry lacks its 'reason'"),
    ],
)
def test_rules_that_mean_nothing_are_told_whole(tmp_path: Path, rules: str, told: str) -> None:
    with pytest.raises(SpecError) as caught:
        _read(tmp_path, rules)
    assert str(caught.value) == f"rules.toml: {told}"


def test_rules_that_are_not_there_are_told(tmp_path: Path) -> None:
    with pytest.raises(SpecError) as caught:
        Selection.read(tmp_path / "gone.toml")
    assert str(caught.value).startswith("gone.toml: /: the file cannot be read: [Errno 2]")


def _document(*identifiers: Any, **more: Any) -> dict[str, Any]:
    """A document with an operation for each id, at a path of its own."""
    paths = {f"/{number}": {"get": {"operationId": each}} for number, each in enumerate(identifiers)}
    return {"info": {}, "paths": paths, **more}


def _selection(**given: Any) -> Selection:
    rules: dict[str, Any] = {"left_out": (), "overrides": (), "folders": {}, "versions": ("v1", "v2"), **given}
    return Selection("rules.toml", **rules)


@pytest.mark.parametrize(
    ("identifier", "tags", "module"),
    [
        ("pet:add", None, ["pet", "add"]),
        ("pet:add", ["Shop"], ["pet", "add"]),
        ("addPet", ["Pet Shop", "Other"], ["pet_shop", "add_pet"]),
        ("addPet", [], ["add_pet", "call"]),
        ("addPet", None, ["add_pet", "call"]),
        ("addPet", [7], ["module_7", "add_pet"]),
        ("pet:", ["Shop"], ["pet", "call"]),
        (":pet::add:", None, ["pet", "add"]),
        # The verb comes first where it stands last, unless one comes first already.
        ("pet:food:get", None, ["pet", "get_food"]),
        ("pet:food:list", None, ["pet", "list_food"]),
        ("pet:food:big:list", None, ["pet", "list_food_big"]),
        ("pet:get:list", None, ["pet", "get_list"]),
        ("pet:list:get", None, ["pet", "list_get"]),
        ("pet:food:add", None, ["pet", "food_add"]),
        ("pet:list", None, ["pet", "list"]),
        # A version is a part of the resource behind it, where something is done to that.
        ("v1:pet:list", None, ["v1_pet", "list"]),
        ("v1:pet:food:get", None, ["v1_pet", "get_food"]),
        ("v1:list", None, ["v1", "list"]),
        ("v3:pet:list", None, ["v3", "list_pet"]),
        ("v2-pet:food:list", None, ["v2_pet", "list_food"]),
        ("import:class", None, ["import_", "class_"]),
    ],
)
def test_an_operation_goes_where_its_id_or_its_tag_says(identifier: str, tags: Any, module: list[str]) -> None:
    document = _document(identifier)
    document["paths"]["/0"]["get"] |= {} if tags is None else {"tags": tags}
    _selection().select(document, Documents(Path()))
    assert document["paths"]["/0"]["get"]["x-module"] == module


def test_a_folder_is_called_as_the_rules_say() -> None:
    document = _document("v1:pet:add", "v1-pet:get", "cat:add")
    _selection(folders={"v1-pet": "Pets"}).select(document, Documents(Path()))
    found = [operation["x-module"] for _, _, operation in operations(document)]
    assert found == [["Pets", "add"], ["Pets", "get"], ["cat", "add"]]


def _any() -> dict[str, Any]:
    return _document("a", "b", a={"b": [{"c": 1}, {"c": 2}]}, text="t")


@pytest.mark.parametrize(
    ("at", "operation", "where"),
    [
        ("/a/b/1/c", None, ["a", "b", 1, "c"]),
        ("/a/b/0/new", None, ["a", "b", 0, "new"]),
        ("/new", None, ["new"]),
        ("/paths/~11/x~0y", None, ["paths", "/1", "x~y"]),
        ("/new", "b", ["paths", "/1", "get", "new"]),
    ],
)
def test_a_value_is_set_at_a_pointer(at: str, operation: str | None, where: list[Any]) -> None:
    document = _any()
    _selection(overrides=(Override(at, "V", "why", operation),)).amend(document, Documents(Path()))
    *parents, last = where
    held: Any = document
    for each in parents:
        held = held[each]
    assert held[last] == "V"


def test_an_id_may_be_set_before_operations_are_found_by_theirs() -> None:
    """Those of the whole document come first, whatever their order."""
    document = _document("a", 7)
    overrides = (Override("/new", 1, "", "b"), Override("/paths/~11/get/operationId", "b", "", None))
    _selection(overrides=overrides).amend(document, Documents(Path()))
    assert document["paths"]["/1"]["get"] == {"operationId": "b", "new": 1}


@pytest.mark.parametrize(
    ("at", "operation", "told"),
    [
        ("/gone/x", None, "nothing is found at /gone/x; correct or remove the override"),
        ("/a/b/2/c", None, "nothing is found at /a/b/2/c; correct or remove the override"),
        ("/a/b/x/c", None, "nothing is found at /a/b/x/c; correct or remove the override"),
        ("/a/b/1", None, "nothing is found at /a/b/1; correct or remove the override"),
        ("/text/x", None, "nothing is found at /text/x; correct or remove the override"),
        ("/text/x/y", None, "nothing is found at /text/x/y; correct or remove the override"),
        ("/", None, "nothing is found at /; correct or remove the override"),
        ("", None, "nothing is found at ; correct or remove the override"),
        ("/x/y", "b", "nothing is found at b /x/y; correct or remove the override"),
        ("/x", "c", "no operation is called 'c'"),
    ],
)
def test_an_override_that_leads_nowhere_is_told_whole(at: str, operation: str | None, told: str) -> None:
    document = _any()
    with pytest.raises(SpecError) as caught:
        _selection(overrides=(Override(at, 1, "", operation),)).amend(document, Documents(Path()))
    assert str(caught.value) == f"rules.toml: /override: {told}"


UNNAMED = "the operation has no operationId, which names its function"


@pytest.mark.parametrize(
    ("identifiers", "told"),
    [
        (["a", None], UNNAMED),
        (["a", ""], UNNAMED),
        (["a", 7], UNNAMED),
        (["a", "b", "a"], "the operationId 'a' stands at two operations"),
    ],
)
def test_each_operation_has_an_id_of_its_own(identifiers: list[Any], told: str) -> None:
    with pytest.raises(SpecError) as caught:
        _selection().amend(_document(*identifiers), Documents(Path()))
    assert caught.value.reason == told
    _selection().amend(_document("a", "A"), Documents(Path()))


def test_what_matches_a_pattern_is_left_out_and_paths_without_operations_with_it() -> None:
    document = _document("user:get", "pet:get", "user:add", "User:get")
    document["paths"]["/0"]["post"] = {"operationId": "pet:add"}
    document["paths"]["/1"]["parameters"] = []
    document["paths"]["/faulty"] = {"x-fault": "why"}
    document["paths"]["/empty"] = {"summary": "S"}
    document["paths"]["/odd"] = {"gets": {}, "put": None}
    _selection(left_out=(LeaveOut(("user:*", "pet:g?t"), ""),)).select(document, Documents(Path()))
    assert {path: list(item) for path, item in document["paths"].items()} == {
        "/0": ["post"],
        "/3": ["get"],
        "/faulty": ["x-fault"],
    }


@pytest.mark.parametrize(
    ("selected", "given", "told"),
    [
        (
            False,
            {"left_out": (LeaveOut(("a*", "c"), ""),)},
            "rules.toml: /leave-out: no operation matches 'c'; remove the pattern",
        ),
        (True, {"left_out": (LeaveOut(("c",), ""),)}, None),
        (
            True,
            {"left_out": (LeaveOut(("b*",), ""),)},
            "openapi.yaml: / (line 1): rules.toml leaves 'b:b' out, and this specification says that it has left "
            "everything out already (x-already-selected)",
        ),
        (False, {"folders": {"c": "d"}}, None),
        (True, {"folders": {"a": "x", "d": "d", "c": "c"}}, "rules.toml: /folders: no operation is about 'c'"),
        (
            False,
            {"folders": {"a": "b"}},
            "openapi.yaml: / (line 1): 'b:call' and 'a' would both be b.call; set [folders] in rules.toml",
        ),
    ],
)
def test_rules_that_do_not_fit_the_document_are_told_whole(
    selected: bool, given: dict[str, Any], told: str | None
) -> None:
    document = _document("a", "b:b", "b:call", info={"x-already-selected": selected})
    if told is None:
        _selection(**given).select(document, Documents(Path()))
        return
    with pytest.raises(SpecError) as caught:
        _selection(**given).select(document, Documents(Path()))
    assert str(caught.value) == told


def test_operations_are_found_by_path_and_method_in_a_fixed_order() -> None:
    methods = ["trace", "patch", "head", "options", "delete", "post", "put", "get", "query", "parameters"]
    document: dict[str, Any] = {"paths": {"/b": {each: {"of": each} for each in methods}, "/a": {"get": 1}, "/c": 1}}
    found = list(operations(document))
    assert found == [
        ("/b", method, {"of": method})
        for method in ("get", "put", "post", "delete", "options", "head", "patch", "trace")
    ]
    assert list(operations({})) == []
