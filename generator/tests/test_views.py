"""Each operation as its function is written: names, types, how each part is sent and what comes back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from trials.making import written
from wirewright import endpoints, openapi, operations
from wirewright.endpoints import View
from wirewright.parameters import Argument

# By an empty line apart: a method and a path, the operation, and below these what is known of its function.
FILE = Path(__file__).with_name("views.txt")
BLOCKS = [block.splitlines() for block in FILE.read_text().strip().split("\n\n")]


def _document() -> str:
    paths: dict[str, Any] = {}
    for number, (head, given, *_) in enumerate(BLOCKS):
        method, path = head.split()
        operation = {
            "responses": {"204": {"description": "It."}},
            **yaml.safe_load(given),
            "operationId": f"o:n{number}",
        }
        for response in operation["responses"].values():
            response.setdefault("description", "It.")
        paths.setdefault(path, {})[method] = operation
    return yaml.safe_dump({"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": paths}, sort_keys=False)


@pytest.fixture(scope="module")
def views(tmp_path_factory: pytest.TempPathFactory) -> dict[str, View]:
    """Operation id → its view; the tools run once."""
    folder = written(tmp_path_factory.mktemp("views"), _document())
    found: dict[str, View] = {}
    made = endpoints.view

    def view(*given: Any) -> View:
        one = made(*given)
        found[one.name] = one
        return one

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "view", view)
        operations.generate(openapi.load(folder, folder / "select.toml"))
    return found


def _shown(view: View) -> Iterator[str]:
    yield f"  {view.method} {view.path} {view.body or ''}".rstrip()
    yield f"  {view.title!r} {view.doc!r}" if view.title != view.doc else f"  {view.title!r}"
    for argument in view.arguments:
        yield f"  {_argument(argument)}"
    yield f"  -> {view.result}: {view.answers}" + ("" if view.accept is None else f" {view.accept!r}")
    if view.page:
        rest = ", ".join(argument.name for argument in view.page.arguments)
        yield f"  page of {view.page.row}: {view.page.expression} ({rest}) {view.page.doc!r}"
    in_order = [argument.name for argument in view.in_order]
    assert [argument.name for place in ("path", "query", "header", "cookie") for argument in view.of(place)] == sorted(
        in_order, key=lambda name: ["path", "query", "header", "cookie"].index(_place(view, name))
    )
    checked = [argument.name for argument in view.checked]
    yield f"  {'keywords' if view.has_keywords else 'none'}, checked: {checked}, {in_order}"
    yield f"  {view.imports}"


def _place(view: View, name: str) -> str:
    return next(argument.place for argument in view.in_order if argument.name == name)


def _argument(argument: Argument) -> str:
    traits = [
        name
        for name, holds in (
            ("keyword", argument.keyword),
            ("spread", argument.is_spread),
            ("unique", argument.is_unique),
        )
        if holds
    ]
    sent = f" {argument.place} {argument.wire!r} as {argument.sent}" if argument.place else ""
    checked = f" if {argument.check}" if argument.check else ""
    return f"{argument.declared}{sent}{checked} {traits} {argument.doc!r}"


@pytest.mark.parametrize("number", range(len(BLOCKS)), ids=[block[0] for block in BLOCKS])
def test_an_operation_is_written_as_this_function(views: dict[str, View], number: int) -> None:
    _, _, *expected = BLOCKS[number]
    assert list(_shown(views[f"o:n{number}"])) == expected
