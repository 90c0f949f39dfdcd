"""A fault in a specification is an error that names the file, the place and the reason."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from wirewright import models, openapi
from wirewright.errors import SpecError

TOY = Path(__file__).parent / "toy"

BOOK_REF = '$ref: "#/components/schemas/Book"'


def _write(folder: Path, *changes: tuple[str, str]) -> Path:
    """The toy specification with some changes, each at the first place that it fits."""
    shutil.copytree(TOY / "whole", folder)
    path = folder / "openapi.yaml"
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("old", "new", "place", "reason"),
    [
        pytest.param(
            '$ref: "#/components/schemas/Genre"\n        - name',
            '$ref: "#/components/schemas/Gender"\n        - name',
            "/paths/~1shelves~1{shelf}~1books/get/parameters/0/schema/items (line 26)",
            "#/components/schemas/Gender, where there is nothing",
            id="missing schema",
        ),
        pytest.param(
            "              schema:\n                " + BOOK_REF,
            "              example: {}",
            "/paths/~1shelves~1{shelf}~1books/post/responses/201/content",
            "has no schema for application/json",
            id="answer without a schema",
        ),
        pytest.param("      operationId: v1-book:list\n", "", "(line 17)", "no operationId", id="operation without id"),
        pytest.param("v1-book:create", "v1-book:list", "(line 51)", "stands at two operations", id="id twice"),
        pytest.param(
            "        content:\n          application/json:\n            schema:\n              type: object",
            "        x-content:\n          application/json:\n            schema:\n              type: object",
            "/paths/~1shelves~1{shelf}~1books/post/requestBody (line 54)",
            "the request body of 'v1-book:create' is empty",
            id="empty request body",
        ),
        pytest.param(
            BOOK_REF, '$ref: "https://elsewhere/x.yaml"', "(line 70)", "another machine", id="remote reference"
        ),
        pytest.param(
            BOOK_REF, '$ref: "gone.yaml#/Book"', "(line 70)", "a file that is not in the folder", id="no file"
        ),
        pytest.param(BOOK_REF, '$ref: "../../../x.yaml"', "(line 70)", "not in the folder", id="outside the folder"),
        pytest.param("title: Shelf", "title: {", "line ", "this is not YAML", id="no YAML"),
        pytest.param("title: Shelf", "title: Shelf\n  title: Hut", "(line 4)", "stands here twice", id="key twice"),
        pytest.param(
            "/shelves/{shelf}/books", "/shelves/{hut}/books", "/get", "path parameters: hut, shelf", id="path"
        ),
        pytest.param("enum: [NOVEL, ATLAS]", "enum: [NOVEL, NOVEL]", "/Genre", "a value twice", id="enum value twice"),
        pytest.param("enum: [NOVEL, ATLAS]", "enum: []", "/Genre", "no values", id="empty enum"),
        pytest.param(
            "  type: integer",
            "  type: int",
            "get/parameters/2/schema",
            "the type 'int' is not known",
            id="unknown type",
        ),
        pytest.param(
            "    BookList:\n      desc",
            "    bookList:\n      desc",
            "(line 49)",
            "schemas/BookList, where",
            id="renamed",
        ),
        pytest.param("paths:", "x-paths:", "/paths", "this is no OpenAPI document", id="no paths"),
    ],
)
def test_a_fault_names_file_place_and_reason(tmp_path: Path, old: str, new: str, place: str, reason: str) -> None:
    folder = _write(tmp_path / "spec", (old, new))
    with pytest.raises(SpecError) as caught:
        openapi.load(folder, TOY / "select.toml", None, ("v1",))
    assert caught.value.file == "openapi.yaml"
    assert place in caught.value.place
    assert reason in caught.value.reason


def test_a_fault_in_another_file_names_that_file(tmp_path: Path) -> None:
    shutil.copytree(TOY / "split", tmp_path / "spec")
    path = tmp_path / "spec" / "components" / "books.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("'#/Genre'", "'#/Gender'"), encoding="utf-8")
    with pytest.raises(SpecError, match=r"components/books.yaml.*Gender, where there is nothing") as caught:
        openapi.load(tmp_path / "spec", TOY / "select.toml", None, ("v1",))
    assert caught.value.file == "components/books.yaml"


def test_a_fault_in_what_is_left_out_does_no_harm(tmp_path: Path) -> None:
    folder = _write(tmp_path / "spec", ('$ref: "#/components/schemas/Person"', '$ref: "#/components/schemas/Gone"'))
    assert set(openapi.load(folder, TOY / "select.toml", None, ("v1",)).document["paths"]) == {"/shelves/{shelf}/books"}


def test_two_schemas_that_would_share_a_module_are_refused(tmp_path: Path) -> None:
    twin = f"    BOOK:\n      type: object\n      properties:\n        original:\n          {BOOK_REF}\n"
    folder = _write(
        tmp_path / "spec", ("    BookList:\n", f"{twin}    BookList:\n"), (BOOK_REF, BOOK_REF.replace("Book", "BOOK"))
    )
    document = openapi.load(folder, TOY / "select.toml", None, ("v1",))
    with pytest.raises(SpecError, match="would share the module book"):
        models.generate(document, "toy_api", "server")


@pytest.mark.parametrize(
    ("addition", "reason"),
    [
        ('[[leave-out]]\noperations = ["no:*"]\nreason = "x"', "no operation matches 'no:*'"),
        ('[[override]]\noperation = "no"\nat = "/x"\nvalue = 1\nreason = "x"', "no operation is called 'no'"),
        ('[[override]]\nat = "/paths/~1no/get"\nvalue = 1\nreason = "x"', "nothing is found at /paths/~1no/get"),
        ('[[override]]\nat = "/paths"\nvalue = 1', "lacks its 'reason'"),
        ('[[leave_out]]\noperations = ["user:*"]\nreason = "x"', "this key means nothing here"),
    ],
)
def test_an_entry_of_select_that_has_no_effect_is_an_error(tmp_path: Path, addition: str, reason: str) -> None:
    select = tmp_path / "select.toml"
    rules = (TOY / "select.toml").read_text(encoding="utf-8")
    select.write_text(rules.replace("[folders]", f"{addition}\n\n[folders]"), encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        openapi.load(TOY / "whole", select, None, ("v1",))
    assert caught.value.file == "select.toml"
    assert reason in caught.value.reason


def test_a_specification_that_claims_to_be_selected_may_not_hold_what_is_left_out(tmp_path: Path) -> None:
    folder = _write(tmp_path / "spec", ("title: Shelf", "title: Shelf\n  x-already-selected: true"))
    with pytest.raises(SpecError, match="leaves 'user:get' out"):
        openapi.load(folder, TOY / "select.toml", None, ("v1",))


def test_an_override_replaces_a_faulty_part(tmp_path: Path) -> None:
    folder = _write(tmp_path / "spec", (BOOK_REF, '$ref: "gone.yaml#/Book"'))
    select = tmp_path / "select.toml"
    override = (
        '[[override]]\noperation = "v1-book:create"\nat = "/responses/201/content/application~1json/schema"\n'
        'value = { type = "string" }\nreason = "The file is gone."\n\n[folders]'
    )
    rules = (TOY / "select.toml").read_text(encoding="utf-8")
    select.write_text(rules.replace("[folders]", override), encoding="utf-8")
    post = openapi.load(folder, select, None, ("v1",)).document["paths"]["/shelves/{shelf}/books"]["post"]
    assert post["responses"]["201"]["content"]["application/json"]["schema"] == {"type": "string"}
