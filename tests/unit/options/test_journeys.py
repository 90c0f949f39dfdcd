"""What is sent arrives as it was, or is refused before: for the types that pydantic knows, with values of all kinds."""

from __future__ import annotations

import collections
import dataclasses
import datetime as dt
import decimal
import enum
import fractions
import ipaddress
import json
import math
import pathlib
import re
import types
import typing
import uuid
from collections.abc import Collection, Generator, Iterable, Mapping, MutableMapping, Sequence, Set
from typing import Annotated, Any, Generic, Literal, NamedTuple, NotRequired, TypeVar, Union

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pydantic import (
    AliasChoices,
    AliasPath,
    BaseModel,
    ByteSize,
    ConfigDict,
    Field,
    Json,
    RootModel,
    Secret,
    SecretBytes,
    SecretStr,
    ValidationError,
    computed_field,
    field_serializer,
    field_validator,
)
from typing_extensions import TypedDict

from hatchet import BulkPushEvent, InputError, OutputError, WorkflowResult
from hatchet.options.payload import Payload, chunk_of, dump_free_input, dump_mapping, payload_of
from tests.unit.offline import offline

T = TypeVar("T")
HATCHET = offline()


def is_union(annotation: Any) -> bool:
    return typing.get_origin(annotation) in (Union, types.UnionType)


class Color(enum.Enum):
    RED = 1
    BLUE = "blue"


class Number(enum.IntEnum):
    ONE = 1


class Word(str, enum.Enum):
    HI = "hi"


class Pair(enum.Enum):
    A = (1, 2)


class Base(BaseModel):
    a: int


class Sub(Base):
    b: int = 0


class Strict(BaseModel):
    model_config = ConfigDict(strict=True)
    when: dt.datetime
    key: uuid.UUID
    numbers: tuple[int, ...] = ()


class Node(BaseModel):
    name: str
    inside: Base | None = None
    children: list[Node] = []


class Point(NamedTuple):
    x: int
    y: float


@dataclasses.dataclass
class Place:
    city: str
    at: Point | None = None


@dataclasses.dataclass
class SubPlace(Place):
    zip: str = ""


class Movie(TypedDict):
    title: str
    year: NotRequired[int]


class Sequel(Movie):
    part: int


class Box(BaseModel, Generic[T]):
    held: T


class Many(BaseModel):
    number: float
    exact: decimal.Decimal
    when: dt.datetime
    length: dt.timedelta
    color: Color
    names: set[str]
    by_day: dict[dt.date, int]
    either: int | str | float | None
    anything: Any = None


TYPES: list[Any] = [
    int,
    str,
    bool,
    float,
    bytes,
    complex,
    None,
    Any,
    object,
    decimal.Decimal,
    dt.date,
    dt.datetime,
    dt.time,
    dt.timedelta,
    uuid.UUID,
    pathlib.PurePosixPath,
    ipaddress.IPv4Address,
    ipaddress.IPv6Network,
    fractions.Fraction,
    re.Pattern[str],
    Color,
    Number,
    Word,
    Pair,
    Literal["a", 1],
    Base,
    Sub,
    Node,
    Many,
    Strict,
    Place,
    SubPlace,
    Point,
    Movie,
    Sequel,
    list[int],
    list[float],
    list[Base],
    list[Any],
    list[Color],
    set[int],
    frozenset[str],
    tuple[int, str],
    tuple[float, ...],
    dict[str, int],
    dict[str, Any],
    dict[int, str],
    dict[Color, int],
    dict[tuple[int, int], str],
    dict[None, int],
    dict[dt.date, float],
    dict[float, int],
    dict[bool, int],
    dict[int | str, int],
    dict[Any, Any],
    int | str,
    str | int,
    int | float,
    Color | int,
    Number | int,
    Word | str,
    Base | Sub,
    Sub | Base,
    Base | None,
    float | None,
    dt.date | dt.datetime,
    dt.datetime | str,
    str | bytes,
    uuid.UUID | str,
    list[int] | tuple[int, ...],
    list[int] | set[int],
    dict[str, Any] | Base,
    Movie | Sequel,
    Box[int],
    Box[int | str],
    Box[Base],
    Box[Any],
    collections.deque[int],
    collections.OrderedDict[str, int],
    collections.Counter[str],
    collections.defaultdict[str, int],
    Annotated[int, Field(ge=3)],
    Annotated[str, Field(max_length=3)],
]


def exactly(one: Any, other: Any) -> bool:
    """Equal, of one type at every place, NaN equal to NaN."""
    if isinstance(one, BaseModel):
        return type(one) is type(other) and exactly(one.__dict__, other.__dict__)
    if isinstance(one, dict):
        return (
            isinstance(other, dict) and one.keys() == other.keys() and all(exactly(v, other[k]) for k, v in one.items())
        )
    if one.__class__ in (list, tuple):
        return type(one) is type(other) and len(one) == len(other) and all(map(exactly, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return one == other or (math.isnan(one) and math.isnan(other))
    if isinstance(one, dt.datetime) and isinstance(other, dt.datetime) and one.tzinfo is not None:
        return other.tzinfo is not None and one.timestamp() == other.timestamp()
    return type(one) is type(other) and one == other


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text() | st.just("$value"), inside, max_size=3),
    max_leaves=6,
)
ODD = st.sampled_from(
    [
        dt.datetime(2026, 1, 1),
        (1, 2),
        {1, 2},
        Base(a=1),
        Color.RED,
        Number.ONE,
        Word.HI,
        b"\xff",
        b"ab",
        SecretStr("x"),
        uuid.UUID(int=1),
        decimal.Decimal("NaN"),
        Place("x"),
        {1: 2},
        {None: 1},
        {Color.RED: 1},
        iter([1]),
        object(),
    ]
)
TIMES = st.datetimes(timezones=st.none() | st.timezones())  # with folds and gaps
LOOSE: dict[Any, st.SearchStrategy[Any]] = {
    Any: JSON | ODD,
    object: JSON | ODD,
    list[Any]: st.lists(JSON | ODD, max_size=3),
    dict[str, Any]: st.dictionaries(st.text() | st.just("$value"), JSON | ODD, max_size=3),
    dict[Any, Any]: st.dictionaries(st.text() | st.integers() | st.none(), JSON | ODD, max_size=3),
    Box[Any]: st.builds(Box[Any], held=JSON | ODD),
    dict[str, Any] | Base: st.dictionaries(st.text(), JSON, max_size=2) | st.builds(Base) | st.builds(Sub),
    dt.datetime: TIMES,
    dt.datetime | str: TIMES | st.text(),
    dt.date | dt.datetime: TIMES | st.dates(),
    Base: st.builds(Base) | st.builds(Sub),
    Place: st.builds(Place) | st.builds(SubPlace),
    Movie: st.from_type(Movie) | st.from_type(Sequel),
    Strict: st.builds(Strict, when=TIMES),
    Many: st.builds(Many, anything=JSON | ODD, exact=st.decimals(allow_nan=False, allow_infinity=False)),
    None: st.none(),
    dict[None, int]: st.dictionaries(st.none(), st.integers()),
    pathlib.PurePosixPath: st.text().map(pathlib.PurePosixPath),
}


@pytest.mark.parametrize("annotation", TYPES, ids=str)
@settings(max_examples=15, deadline=None, suppress_health_check=[*HealthCheck])
@given(data=st.data())
def test_a_value_of_a_declared_type_arrives_as_it_was_or_is_refused(annotation: Any, data: st.DataObject) -> None:
    value = data.draw(LOOSE[annotation] if annotation in LOOSE else st.from_type(annotation))
    payload = payload_of(annotation)
    try:
        sent = payload.dump_output(value, "task 'x'")
        assert exactly(value, payload.load(sent)), sent
        assert exactly(value, payload.load_object(json.loads(sent or b"{}"))), sent
        sent = payload.dump_input(value, "task 'x'")
        assert exactly(value, payload.load(sent)), sent
    except (InputError, OutputError):
        pass


SAYS_ALL: list[Any] = [
    each
    for each in TYPES
    if each not in (Any, object, None, Many) and "Any" not in str(each) and "|" not in str(each) and not is_union(each)
]
"""Types that say what each part of a value is, so that whoever declares them reads it back."""
DRAWN = {each: drawn for each, drawn in LOOSE.items() if each not in (Movie, Many)}
QUICK = settings(max_examples=10, deadline=None, suppress_health_check=[*HealthCheck])


def is_valid(annotation: Any, value: Any) -> bool:
    try:
        payload_of(annotation).adapter.validate_python(value)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("annotation", SAYS_ALL, ids=str)
@QUICK
@given(data=st.data())
def test_a_chunk_arrives_as_it_was_or_is_refused(annotation: Any, data: st.DataObject) -> None:
    value = data.draw(DRAWN[annotation] if annotation in DRAWN else st.from_type(annotation))
    assume(typing.get_origin(annotation) is not Annotated or is_valid(annotation, value))
    try:
        sent = chunk_of(value, "task run x").decode()
    except InputError:
        return
    # A subclass where the base was declared is read by whoever declares the subclass.
    payload = payload_of(type(value) if isinstance(value, Base | Place) else annotation)
    assert exactly(value, sent if annotation is str else payload.load_chunk(sent)), sent


KEYED: dict[Any, st.SearchStrategy[Any]] = {
    dict[str, Any]: LOOSE[dict[str, Any]],
    dict[str, int]: st.dictionaries(st.text() | st.just("$value"), st.integers(), max_size=2),
    dict[str, Base]: st.dictionaries(st.text() | st.just("$value"), st.builds(Base), max_size=2),
    dict[str, dt.datetime]: st.dictionaries(st.text(), TIMES, max_size=2),
    dict[dt.date, float]: st.from_type(dict[dt.date, float]),
    dict[int, str]: st.from_type(dict[int, str]),
    Movie: st.from_type(Movie),
    Base: LOOSE[Base],
    Strict: LOOSE[Strict],
    Box[dict[str, int]]: st.builds(Box[dict[str, int]], held=st.dictionaries(st.text(), st.integers(), max_size=2)),
}


@pytest.mark.parametrize("annotation", KEYED, ids=str)
@settings(QUICK, max_examples=30)
@given(data=st.data())
def test_a_payload_of_an_event_arrives_as_it_was_or_is_refused(annotation: Any, data: st.DataObject) -> None:
    value = data.draw(KEYED[annotation])
    try:
        sent = HATCHET.event._encoded(BulkPushEvent(key="k", payload=value), {}).payload
    except InputError:
        return
    reader = payload_of(type(value) if isinstance(value, Base) else annotation)
    back = reader.load_object(json.loads(sent))
    if annotation == dict[str, Any]:  # which says of nothing what it is: then it is enough that it is the same JSON
        assert as_json(value) == as_json(back), sent
    else:
        assert exactly(dict(value) if isinstance(value, dict) else value, back), sent


def as_json(value: Any) -> Any:
    return json.loads(payload_of(Any, is_declared=False).adapter.dump_json(value))


class Child:
    """A task whose output is of a type."""

    name = "child"

    def __init__(self, payload: Payload[Any]) -> None:
        self._payload = payload

    def load_output(self, data: str | bytes) -> Any:
        return self._payload.load(data)


@pytest.mark.parametrize("annotation", TYPES, ids=str)
@QUICK
@given(data=st.data())
def test_a_result_of_a_child_arrives_as_it_was_or_is_refused(annotation: Any, data: st.DataObject) -> None:
    value = data.draw(LOOSE[annotation] if annotation in LOOSE else st.from_type(annotation))
    payload, result = payload_of(annotation), payload_of(dict[str, list[WorkflowResult]])
    try:
        text = payload.dump_output(value, "task 'child'").decode()
        given = WorkflowResult({"child": text})
        sent = result.dump_output({"all": [given]}, "task 'parent'")
    except OutputError:
        return
    [back] = result.load(sent)["all"]
    child = Child(payload)
    assert exactly(value, given[child]), text
    assert exactly(value, back[child]), sent
    assert back.was_skipped("child") == (text == '{"skipped":true}')
    assert dict(back) == dict(given)


class Computed(BaseModel):
    model_config = ConfigDict(extra="forbid")
    a: int = 1

    @computed_field  # type: ignore[prop-decorator]  # mypy knows no decorator above a property
    @property
    def twice(self) -> int:
        return self.a * 2


class Kept(BaseModel):
    model_config = ConfigDict(extra="allow")
    a: int = 1

    @computed_field  # type: ignore[prop-decorator]  # as above
    @property
    def twice(self) -> int:
        return self.a * 2


class Shown(BaseModel):
    a: int = 1

    @computed_field  # type: ignore[prop-decorator]  # as above
    @property
    def twice(self) -> int:
        return self.a * 2


class ReadAlias(BaseModel):
    x: int = Field(validation_alias="theX")


class WriteAlias(BaseModel):
    x: int = Field(serialization_alias="theX")


class TwoAliases(BaseModel):
    x: int = Field(validation_alias="in", serialization_alias="out")


class Choices(BaseModel):
    x: int = Field(validation_alias=AliasChoices("a", AliasPath("b", 0)))


class Outer(BaseModel):
    inner: list[WriteAlias]
    other: int = Field(alias="Other")


class Raw(BaseModel):
    j: Json[list[int]]


class Hidden(BaseModel):
    a: int
    b: int = Field(exclude=True)


class Left(BaseModel):
    a: int
    b: int = Field(default=1, exclude=True)


class Login(BaseModel):
    password: SecretStr


class Open(BaseModel):
    password: SecretStr
    key: SecretBytes

    @field_serializer("password", "key", when_used="json")
    def reveal(self, value: SecretStr | SecretBytes) -> str | bytes:
        return value.get_secret_value()


class Upper(BaseModel):
    name: str

    @field_validator("name")
    @classmethod
    def upper(cls, value: str) -> str:
        return value.upper()


class Grows(BaseModel):
    name: str

    @field_validator("name")
    @classmethod
    def longer(cls, value: str) -> str:
        return value + "!"


class Root(RootModel[list[int]]): ...


class Cat(BaseModel):
    kind: Literal["cat"] = "cat"
    name: str


class Dog(BaseModel):
    kind: Literal["dog"] = "dog"
    name: str


class One(BaseModel):
    name: str


class Two(BaseModel):
    name: str


@dataclasses.dataclass
class Derived:
    a: int
    b: int = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        self.b = self.a * 2


BERLIN = dt.timezone(dt.timedelta(hours=1))

ARRIVE: list[tuple[Any, Any]] = [
    (Computed, Computed()),
    (Kept, Kept()),
    (Shown, Shown()),
    (ReadAlias, ReadAlias.model_validate({"theX": 1})),
    (WriteAlias, WriteAlias(x=1)),
    (TwoAliases, TwoAliases.model_validate({"in": 1})),
    (Choices, Choices.model_validate({"a": 1})),
    (Outer, Outer(inner=[WriteAlias(x=1)], Other=2)),
    (dict[str, WriteAlias], {"a": WriteAlias(x=1)}),
    (Raw, Raw.model_validate({"j": "[1]"})),
    (Open, Open(password=SecretStr("a"), key=SecretBytes(b"b"))),
    (Upper, Upper(name="a")),
    (Root, Root([1])),
    (Cat | Dog, Dog(name="x")),
    (Derived, Derived(1)),
    (dict[str, Any], {"$value": {"a": 1}}),
    (dict[str, Any], {"$value": 1, "b": 2}),
    (Any, {"$value": {"$value": 1}}),
    (dict[str, Any], {"skipped": True}),
    (dict[str, Any], {"skipped": True, "a": 1}),
    (Any, [{"$value": 1}]),
    (dt.datetime, dt.datetime(2026, 1, 1, tzinfo=BERLIN)),
    (dt.date, dt.date(2026, 1, 1)),
    (dt.date, dt.datetime(2026, 1, 1, 12, tzinfo=BERLIN)),
    (list[dt.date], [dt.datetime(2026, 1, 1), dt.date(2026, 1, 2)]),
    (dt.date | None, dt.datetime(2026, 1, 1)),
    (dict[int, str], {1: "a"}),
    (Sequence[int], [1]),
    (ByteSize, ByteSize(3)),
    (Sub, Sub(a=1, b=2)),
    (Sub | Base, Sub(a=1, b=2)),
]


@pytest.mark.parametrize(("annotation", "value"), ARRIVE)
def test_what_can_arrive_does(annotation: Any, value: Any) -> None:
    payload = payload_of(annotation)
    for sent in (payload.dump_output(value, "task 'x'"), payload.dump_input(value, "task 'x'")):
        for back in (payload.load(sent), payload.load_object(json.loads(sent))):
            assert back == value
            assert type(back) is type(value)


REFUSED: list[tuple[Any, Any, str | None]] = [
    (float, math.nan, "nan"),
    (float, -math.inf, "inf"),
    (dict[str, Any], {"x": [math.inf]}, r"\['x'\]\[0\]"),
    (Many, Many.model_construct(number=1.0), None),
    (float | None, math.nan, "nan"),
    (Hidden, Hidden(a=1, b=2), "b"),
    (Left, Left(a=1, b=2), "b is int"),
    (Login, Login(password=SecretStr("hush")), "password is SecretStr.*stars"),
    (SecretBytes, SecretBytes(b"hush"), "stars"),
    (Secret[int], Secret[int](1), None),
    (Grows, Grows(name="a"), "name"),
    (dict[str, SecretStr], {"a": SecretStr("hush")}, "stars"),
    (Pair, Pair.A, None),
    (dict[Color, int], {Color.RED: 1}, None),
    (dict[tuple[int, int], str], {(1, 2): "a"}, None),
    (dict[None, int], {None: 1}, None),
    (dict[Any, Any], {1: 2}, "key"),
    (decimal.Decimal, decimal.Decimal("NaN"), None),
    (decimal.Decimal, decimal.Decimal("sNaN"), None),
    (Color | int, Color.RED, "Color"),
    (dict[int | str, int], {1: 2}, "key"),
    (One | Two, Two(name="a"), "One would arr"),
    (Base, Sub(a=1, b=2), "Sub where Base"),
    (list[Base], [Sub(a=1, b=2)], r"\[0\] is Sub"),
    (Place, SubPlace("a"), "Sub"),
    (Node, Node(name="a", children=[Node(name="b", inside=Sub(a=1))]), r"children\[0\].inside is Sub"),
    (Movie, {"title": "a", "part": 2}, "part"),
    (dict[str, Any], {"at": dt.datetime(2026, 1, 1)}, "at.*datetime"),
    (Any, (1, 2), "tuple"),
    (Any, Base(a=1), "Base"),
    (dict[str, Any], {"a": {1, 2}}, "set"),
    (Any, Number.ONE, "Number"),
    (list[Any], [b"ab"], "bytes"),
    (bytes, b"\xff", None),
    (Word | str, Word.HI, None),
    (re.Pattern[str], re.compile("a", re.IGNORECASE), None),
]


@pytest.mark.parametrize(("annotation", "value", "words"), REFUSED)
def test_what_could_not_arrive_is_refused_with_the_place(annotation: Any, value: Any, words: str | None) -> None:
    with pytest.raises(OutputError, match=words) as refused:
        payload_of(annotation).dump_output(value, "task 'x'")
    with pytest.raises(InputError, match=words):
        payload_of(annotation).dump_input(value, "task 'x'")
    assert "task 'x'" in str(refused.value)
    assert "hush" not in str(refused.value)


def chained() -> Generator[int]:
    yield from (1, 2)


ACCEPTED: list[tuple[Any, Any, Any]] = [
    (Iterable[int], chained(), [1, 2]),
    (Iterable[int], {1}, [1]),
    (Iterable[Base], (Base(a=1),), [Base(a=1)]),
    (Collection[int], range(2), [0, 1]),
    (Sequence[int], (1, 2), [1, 2]),
    (Sequence[int], range(2), [0, 1]),
    (Mapping[str, int], types.MappingProxyType({"a": 1}), {"a": 1}),
    (Mapping[str, Base], {"a": Base(a=1)}, {"a": Base(a=1)}),
    (MutableMapping[str, int], collections.ChainMap({"a": 1}), {"a": 1}),
    (float, 1, 1.0),
    (Set[int], {1}, {1}),
    (Set[int], {"a": 1}.keys() - {"a"}, set()),
    (int, Number.ONE, 1),
    (str, Word.HI, "hi"),
    (Iterable[Mapping[str, int]], [types.MappingProxyType({"a": 1})], [{"a": 1}]),
    (Mapping[str, int] | None, types.MappingProxyType({"a": 1}), {"a": 1}),
]


@pytest.mark.parametrize(("annotation", "value", "read"), ACCEPTED)
def test_what_type_checks_where_a_base_is_declared_arrives(annotation: Any, value: Any, read: Any) -> None:
    payload = payload_of(annotation)
    assert payload.load(payload.dump_output(value, "task 'x'")) == read


def test_a_union_reads_in_its_own_order() -> None:
    first, second = payload_of(One | Two), payload_of(Two | One)
    assert type(first.load('{"name": "a"}')) is One
    assert type(second.load('{"name": "a"}')) is Two
    assert type(payload_of(list[Two | One]).load('[{"name": "a"}]')[0]) is Two
    assert payload_of(Union[One, Two]) is not payload_of(Union[Two, One])  # noqa: UP007  # the other spelling


def test_computed_fields_are_written_for_others_to_see_where_they_are_in_nobodys_way() -> None:
    assert json.loads(payload_of(Shown).dump(Shown())) == {"a": 1, "twice": 2}


@pytest.mark.parametrize("number", [2**53 + 1, -(2**63), 10**30])
def test_an_integer_that_an_engine_would_round_is_refused_where_a_task_reads_it(number: int) -> None:
    with pytest.raises(InputError, match=r"beyond ±2\*\*53"):
        payload_of(dict[str, Any]).dump_input({"a": [number]}, "task 'x'")
    with pytest.raises(OutputError, match=r"beyond ±2\*\*53"):
        payload_of(int).dump_output(number, "task 'x'", is_parents=True)
    assert payload_of(int).load(payload_of(int).dump_output(number, "task 'x'")) == number
    assert payload_of(str).dump_input(str(number), "task 'x'")


UNDECLARED = [dt.datetime(2026, 1, 1), (1, 2), Base(a=1), {"a": Place("x")}, [Color.RED], {Word.HI: 1}, {1: Base(a=1)}]


@pytest.mark.parametrize("value", UNDECLARED)
def test_without_a_declared_type_what_a_reader_could_declare_is_sent(value: Any) -> None:
    payload = payload_of(Any, is_declared=False)
    assert payload.dump_output(value, "task 'x'")
    assert chunk_of(value, "task run x")


@pytest.mark.parametrize("value", [[math.nan], {"a": SecretStr("hush")}, SecretStr("hush"), [b"\xff"], [iter([1])]])
def test_without_a_declared_type_what_nobody_could_read_back_is_refused(value: Any) -> None:
    with pytest.raises(OutputError):
        payload_of(Any, is_declared=False).dump_output(value, "task 'x'")
    with pytest.raises(InputError):
        chunk_of(value, "task run x")
    with pytest.raises(InputError):
        dump_mapping({"a": value}, "additional_metadata")


@pytest.mark.parametrize("value", [{None: 1}, {"a": {None: 1}}, {"a": [{1: 1, "1": 2}]}, {1: 1, "1": 2}])
def test_keys_that_json_has_no_room_for_are_refused_in_free_form_data(value: Any) -> None:
    with pytest.raises(InputError, match=r"cannot be written as JSON: .*key"):
        dump_mapping(value, "the payload")


def test_what_becomes_an_input_keeps_a_users_own_box_and_no_rounded_numbers() -> None:
    for value in ({"$value": 1}, {"$value": {"$value": 1}}, {"$value": 1, "b": 2}, {"n": 2**53}):
        assert payload_of(dict[str, Any]).load(dump_free_input(value, "the payload")) == value
    with pytest.raises(InputError, match="the payload would not arrive as it is"):
        dump_free_input({"n": [2**53 + 1]}, "the payload")
