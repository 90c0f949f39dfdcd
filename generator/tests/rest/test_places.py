"""Where an operation goes: by its id, or by its first tag where the id names no resource."""

from __future__ import annotations

from pathlib import Path

import pytest

from trials.making import tree, written

PATHS = """\
openapi: 3.1.0
info: { title: Places, version: "1" }
paths:
  /things:
    get: { operationId: "%s", tags: %s, responses: { "204": { description: Done. } } }
"""


@pytest.mark.parametrize(
    ("identifier", "tags", "module"),
    [
        ("pet:add", "[Shop]", "pet/add"),
        ("addPet", "[Pet Shop, Other]", "pet_shop/add_pet"),
        ("addPet", "[]", "add_pet/call"),
        ("import", "[class]", "class_/import_"),
    ],
)
def test_an_operation_goes_where_its_id_or_its_tag_says(
    tmp_path: Path, identifier: str, tags: str, module: str
) -> None:
    made = tree(written(tmp_path, PATHS % (identifier, tags)))
    assert f"rest/api/{module}.py" in made
