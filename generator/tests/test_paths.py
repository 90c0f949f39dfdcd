"""The paths of an overlay: what they find, what they take away, and what is told where they lead nowhere."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from wirewright.paths import Path, quoted

ROOT: dict[str, Any] = {
    "paths": {
        "/lamps": {"get": {"parameters": [{"name": "a", "in": "query"}, {"name": "a", "in": "path"}, "text"]}},
        "it's": {"get": 1, "put": 2},
    },
    "tags": ["first", "second"],
    "info": {"title": "Lamps"},
}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("$", [ROOT]),
        ("$.info.title", ["Lamps"]),
        ("$['info']['title']", ["Lamps"]),
        (r"$.paths['it\'s'].put", [2]),
        ("$.tags[0]", ["first"]),
        ("$.tags[1]", ["second"]),
        ("$.tags[2]", []),
        ("$.tags.title", []),
        ("$.tags[*]", ["first", "second"]),
        ("$.tags.*", ["first", "second"]),
        ("$.info.*", ["Lamps"]),
        ("$.info.title.*", []),
        ("$.info[0]", []),
        ("$.info.name", []),
        ("$.paths.*.get.parameters[?(@.name=='a' && @.in=='path')]", [{"name": "a", "in": "path"}]),
        ("$.paths.*.get.parameters[?@.name=='a'].in", ["query", "path"]),
        ("$.paths.*.get.parameters[?(@.name == 'b')]", []),
    ],
)
def test_a_path_finds_every_node_that_it_leads_to(path: str, found: list[Any]) -> None:
    assert Path.read(path).find(ROOT) == found


@pytest.mark.parametrize(
    ("path", "number", "left"),
    [
        ("$.info.title", 1, {"info": {}}),
        ("$.info.name", 0, {}),
        ("$.tags[0]", 1, {"tags": ["second"]}),
        ("$.tags[*]", 2, {"tags": []}),
        ("$.paths['it\\'s'].*", 2, {"paths": {**ROOT["paths"], "it's": {}}}),
        ("$.paths['it\\'s'].get", 1, {"paths": {**ROOT["paths"], "it's": {"put": 2}}}),
        (
            "$.paths.*.get.parameters[?(@.in=='path')]",
            1,
            {
                "paths": {
                    **ROOT["paths"],
                    "/lamps": {"get": {"parameters": [{"name": "a", "in": "query"}, "text"]}},
                }
            },
        ),
    ],
)
def test_what_a_path_leads_to_is_taken_away(path: str, number: int, left: dict[str, Any]) -> None:
    root = copy.deepcopy(ROOT)
    assert Path.read(path).remove(root) == number
    assert root == {**ROOT, **left}


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("$.info.titel", "$.info has no titel any more; there is 'title'"),
        ("$.info.nothing", "$.info has no nothing any more"),
        ("$.infos.title", "$ has no infos any more; there is 'info'"),
        ("$.tags[2]", "$.tags has no [2] any more"),
        ("$.paths['its'].get", "$.paths has no ['its'] any more; there is \"it's\""),
        ("$.info.title", "$.info.title is there"),
        (
            "$.paths['/lamps'].get.parameters[?(@.in=='querry')]",
            "$.paths['/lamps'].get.parameters has no [?(@.in=='querry')] any more; there is 'query'",
        ),
    ],
)
def test_a_path_that_leads_nowhere_says_how_far_it_leads(path: str, told: str) -> None:
    assert Path.read(path).missing(ROOT) == told


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("info", "the target 'info' does not begin with `$`"),
        ("$.info..title", "the target '$.info..title' is not understood from '..title' on"),
        ("$.a[?(@.b>1)]", "the filter '@.b>1' of '$.a[?(@.b>1)]' is not understood; write @.key=='value'"),
    ],
)
def test_what_is_no_such_path_is_refused(path: str, told: str) -> None:
    with pytest.raises(ValueError, match=r"target|filter") as caught:
        Path.read(path)
    assert str(caught.value) == told


@pytest.mark.parametrize(
    ("name", "text"), [("title", ".title"), ("a_1", ".a_1"), ("a-b", "['a-b']"), ("é", "['é']"), ("it's", r"['it\'s']")]
)
def test_a_name_is_read_as_it_is_spelled(name: str, text: str) -> None:
    assert quoted(name) == text
    assert Path.read("$" + text).find({name: 1, "other": 2}) == [1]
