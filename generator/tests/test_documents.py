"""JSON pointers, by which a fault says where it is, and YAML as JSON has it, each part with its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from wirewright.documents import Documents, parse, render
from wirewright.errors import SpecError


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ()),
        ("/paths/~1toys~1{toy}/get", ("paths", "/toys/{toy}", "get")),
        ("/a~0b", ("a~b",)),
        ("/~01", ("~1",)),
        ("/", ("",)),
    ],
)
def test_a_pointer_is_read_as_it_is_written(text: str, parts: tuple[str, ...]) -> None:
    assert parse(text) == parts
    assert render(parts) == text


def _read(folder: Path, text: str | bytes) -> Any:
    path = folder / "a.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return Documents(folder).root(path)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("YES", True),
        ("on", True),
        ("False", False),
        ("no", False),
        ("off", False),
        ("null", None),
        ("~", None),
        ("1_000", 1000),
        ("1__0_", 10),
        ("-3", -3),
        ("1_0.5", 10.5),
        ("1.5e+3", 1500.0),
        ("'1'", "1"),
        ("2026-01-02", "2026-01-02"),
        ("é", "é"),
        ("!!str 1", "1"),
        ("[1, [a]]", [1, ["a"]]),
        ("{1: a, true: b}", {"1": "a", "true": "b"}),
    ],
)
def test_yaml_is_read_as_json_has_it(tmp_path: Path, text: str, value: object) -> None:
    found = _read(tmp_path, text)
    assert (type(found), found) == (type(value), value)


def test_what_stands_in_a_map_counts_before_what_is_merged_into_it(tmp_path: Path) -> None:
    text = "one: &one { a: 1, b: 1, c: 1 }\ntwo: &two { b: 2, d: 2 }\n"
    text += "m: { <<: *one, a: 3 }\nn: { c: 4, <<: [*two, *one], d: 4 }\n"
    found = _read(tmp_path, text)
    assert (found["m"], found["n"]) == ({"a": 3, "b": 1, "c": 1}, {"c": 4, "d": 4, "b": 2, "a": 1})
    assert list(found["m"]) == ["a", "b", "c"]


def test_every_map_and_list_has_its_place(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    path = tmp_path / "folder" / "b.yaml"
    path.write_text("\na:\n  - x\n  -\n    - { y: 1 }\nc: { d: [] }\n")
    documents = Documents(tmp_path)
    root = documents.root(path)
    assert documents.root(tmp_path / "folder" / ".." / "folder" / "b.yaml") is root
    found = [documents.place(each) for each in (root, root["a"], root["a"][1], root["a"][1][0], root["c"]["d"])]
    assert {each.file for each in found} == {"folder/b.yaml"}
    assert [(render(each.pointer), each.line) for each in found] == [
        ("", 2),
        ("/a", 3),
        ("/a/1", 5),
        ("/a/1/0", 5),
        ("/c/d", 6),
    ]
    assert str(found[0].fault("why")) == "folder/b.yaml: / (line 2): why"
    assert str(found[3].fault("why")) == "folder/b.yaml: /a/1/0 (line 5): why"

    # Another node has no place until it is given one.
    other: dict[str, int] = {}
    assert str(documents.place(other).fault("why")) == "openapi.yaml: / (line 1): why"
    assert documents.moved(other, root["c"]) is other
    assert documents.place(other) == documents.place(root["c"])
    assert documents.name(tmp_path.parent / "x" / "y.yaml") == "x/y.yaml"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "/: the file is empty"),
        ("# nothing", "/: the file is empty"),
        ("a: [", "line 2, column 1: this is not YAML: did not find expected node content"),
        ("\n  a: 1\n b: 2", "line 3, column 2: this is not YAML: did not find expected <document start>"),
        ("a: 1\nb: 2\na: 3", "/ (line 3): the key 'a' stands here twice"),
        ("x:\n- {}\n- b: 1\n  b: 2", "/x/1 (line 4): the key 'b' stands here twice"),
        ("a:\n  b: .inf", "/a/b (line 2): '.inf' is no number that JSON has too"),
        ("a: [1, 0x1F]", "/a/1 (line 1): '0x1F' is no number that JSON has too"),
        ("a: &a [*a]", "/: an alias of YAML leads back to itself, or the file is nested too deeply"),
        (b"\xff\xfe\xfa", "/: the file cannot be read: UnicodeDecodeError"),
        ("a: \x00", "/: this is not YAML: unacceptable character #x0000: control characters are not allowed"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(tmp_path: Path, text: str | bytes, told: str) -> None:
    with pytest.raises(SpecError) as caught:
        _read(tmp_path, text)
    assert str(caught.value).splitlines()[0] == f"a.yaml: {told}"


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"^gone\.yaml: /: the file cannot be read: FileNotFoundError$"):
        Documents(tmp_path).root(tmp_path / "gone.yaml")
