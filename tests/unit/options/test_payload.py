"""Values to JSON and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, timezone
from enum import Enum
from typing import Any
from uuid import UUID

import pytest
from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from hatchet import EmptyModel, InputError, OutputError
from hatchet.options.faithful import _reads
from hatchet.options.payload import chunk_of, dump_mapping, payload_of


class Model(BaseModel):
    number: int
    when: datetime | None = None
    renamed: str = Field(default="", alias="other")


class Strict(BaseModel):
    model_config = ConfigDict(strict=True)
    when: datetime
    key: UUID


@dataclass
class Point:
    x: int


class Movie(TypedDict):
    title: str


class Color(Enum):
    RED = "red"


MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        (Model, Model(number=1, when=MOMENT, other="x")),
        (Strict, Strict(when=MOMENT, key=UUID(int=1))),
        (Point, Point(1)),
        (Movie, {"title": "a"}),
        (int, 3),
        (str, ""),
        (bool, False),
        (list[Point], [Point(1), Point(2)]),
        (dict[str, int], {"a": 1}),
        (dict[str, int], {}),
        (int | None, None),
        (int | None, 0),
        (None, None),
        (Model | None, None),
        (tuple[int, str], (1, "a")),
        (Color, Color.RED),
        (datetime, MOMENT),
        (Any, {"$other": 1}),
        (Any, [1, {"a": None}]),
        (Any, None),
        (EmptyModel, EmptyModel()),
    ],
    ids=str,
)
def test_a_value_comes_back_as_it_was(annotation: Any, value: Any) -> None:
    payload = payload_of(annotation)
    data = payload.dump(value)
    assert data[:1] == (b"" if value is None and annotation is None else b"{")
    assert payload.load(data) == value


def test_what_another_client_sent_without_a_box_is_read_too() -> None:
    assert payload_of(int).load("3") == 3
    assert payload_of(list[int]).load_object([1, 2]) == [1, 2]
    assert payload_of(EmptyModel).load('{"anything": 1}') == EmptyModel()
    assert payload_of(EmptyModel).load("null") == EmptyModel()


def test_types_share_one_adapter() -> None:
    assert payload_of(Model) is payload_of(Model)


def test_a_wrong_input_is_an_error_that_names_owner_and_type() -> None:
    with pytest.raises(InputError, match=r"(?s)task 'x' is not a valid Model.*number"):
        payload_of(Model).dump_input({"number": "many"}, "task 'x'")


@pytest.mark.parametrize("value", [{"text": "a\x00b"}, {"a\x00": 1}, ["\x00"]])
def test_a_nul_character_is_refused(value: Any) -> None:
    with pytest.raises(InputError, match="NUL"):
        payload_of(Any).dump_input(value, "task 'x'")


def test_an_escaped_backslash_is_no_nul_character() -> None:
    assert payload_of(str).load(payload_of(str).dump("\\u0000")) == "\\u0000"


def test_an_output_that_cannot_be_json_is_an_error_that_names_the_task() -> None:
    with pytest.raises(OutputError, match="task 'x' returned object"):
        payload_of(Any).dump_output(object(), "task 'x'")


def test_an_output_of_another_type_than_declared_is_an_error() -> None:
    with pytest.raises(OutputError, match="returned str, which cannot be sent as int"):
        payload_of(int).dump_output("three", "task 'x'")


def test_metadata_must_be_json() -> None:
    assert dump_mapping({"a": [1, "ü"]}, "additional_metadata") == '{"a": [1, "ü"]}'
    moment = datetime(2026, 1, 2, tzinfo=timezone.utc)
    assert dump_mapping({"at": moment, "all": {"x"}}, "input") == '{"at": "2026-01-02T00:00:00Z", "all": ["x"]}'
    for wrong in (object(), float("nan"), "\ud800", {1: [object()]}):
        with pytest.raises(InputError, match="additional_metadata cannot be written as JSON"):
            dump_mapping({"a": wrong}, "additional_metadata")
    assert dump_mapping({"a": "\\u0000"}, "input") == '{"a": "\\\\u0000"}'
    with pytest.raises(InputError, match="input holds a NUL"):
        dump_mapping({"a": ["\0"]}, "input")


@dataclass
class Progress:
    done: int
    of: int


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ("a text", b"a text"),
        (b"bytes", b"bytes"),
        (Progress(1, 2), b'{"done":1,"of":2}'),
        ([1, 2], b"[1,2]"),
        (3, b"3"),
        (None, b"null"),
    ],
)
def test_a_chunk_is_sent_as_it_is_or_as_json_and_read_back_by_its_type(value: object, sent: bytes) -> None:
    assert chunk_of(value, "task run x") == sent
    if not isinstance(value, str):  # a stream of texts is not read at all
        assert payload_of(type(value)).load_chunk(sent.decode()) == value


def test_a_chunk_that_cannot_be_sent_is_refused_by_name() -> None:
    with pytest.raises(InputError, match=r"a chunk of task run x is no text in UTF-8"):
        chunk_of(b"\xff", "task run x")
    with pytest.raises(InputError, match=r"a chunk of task run x is a object, which cannot be written as JSON"):
        chunk_of(object(), "task run x")


class ReadByAnother(BaseModel):
    x: int = Field(validation_alias="theX")


class WrittenByAnother(BaseModel):
    x: int = Field(serialization_alias="theX")


@pytest.mark.parametrize(
    ("kind", "texts"),
    [(ReadByAnother, ['{"theX":1}', '{"x":1}']), (WrittenByAnother, ['{"x":1}'])],
)
def test_a_field_is_read_by_each_of_its_names(kind: Any, texts: list[str]) -> None:
    payload = payload_of(kind)
    for text in texts:
        assert payload.load(text).x == 1
    assert payload.load(payload.dump(payload.load(texts[0]))).x == 1


@pytest.mark.parametrize("kind", [Mapping[str, int], Sequence[int], Iterable[int], Set[int], date], ids=str)
def test_a_value_of_quite_another_kind_is_refused_in_words(kind: Any) -> None:
    payload = payload_of(kind)
    for value in (7.5, None, object()):
        with pytest.raises(InputError, match="the input of task 'x' is not a valid"):
            payload.dump_input(value, "task 'x'")


@pytest.mark.parametrize("kind", [Mapping, Sequence, Set], ids=str)
def test_a_kind_may_be_declared_without_its_items(kind: Any) -> None:
    value = {Mapping: {"a": 1}, Sequence: [1], Set: frozenset({1})}[kind]
    payload = payload_of(kind)
    assert payload.load(payload.dump(value)) == value


@pytest.mark.parametrize(
    ("read", "reads"),
    [
        ("key", True), ("other", False), (["key"], True), (["other"], False), (["key", 0], False), ([["key"]], True),
        ([["other"], ["key"]], True), ([["other"], ["key", 0]], False), ([], False),
    ],
)  # fmt: skip
def test_an_alias_reads_a_key_by_its_name_or_by_a_path_of_it_alone(read: Any, reads: bool) -> None:
    assert _reads(read, "key") is reads


def test_a_declared_date_is_text_in_json_and_a_date_in_python() -> None:
    adapter = payload_of(date).adapter
    assert adapter.dump_json(date(2026, 1, 2)) == b'"2026-01-02"'
    assert adapter.dump_python(date(2026, 1, 2)) == date(2026, 1, 2)
