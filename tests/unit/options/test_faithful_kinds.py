"""Of each kind of type: whether its values are looked at, read back, or neither; and how their fields are named."""

from __future__ import annotations

import dataclasses
import datetime as dt
import inspect
import uuid
from enum import Enum, IntEnum, StrEnum
from typing import Annotated, Any, Literal, NamedTuple, NotRequired, Union

import pytest
from pydantic import (
    UUID4,
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    Json,
    PlainSerializer,
    RootModel,
    TypeAdapter,
    field_serializer,
    model_serializer,
)
from pydantic import dataclasses as pydantic_dataclasses
from typing_extensions import TypeAliasType, TypedDict

from hatchet.options.faithful import Settings, always, never
from hatchet.options.payload import payload_of

BERLIN = dt.timezone(dt.timedelta(hours=1))
TEXT = Annotated[str, Field(max_length=3)]


class Textual(Enum):
    A = "a"


class Numbers(IntEnum):
    A = 1


class Paired(Enum):
    A = (1, 2)


class Lenient(StrEnum):
    A = "a"


class Missing(Enum):
    A = "a"

    @classmethod
    def _missing_(cls, value: object) -> Missing:
        return cls.A


class Plain(BaseModel):
    number: int


class Real(BaseModel):
    number: float
    text: str = ""


class Sub(Plain): ...


class Limited(BaseModel):
    text: TEXT


class Left(BaseModel):
    a: int
    b: int = Field(default=1, exclude=True)


LEFT_SOMETIMES: list[type[BaseModel]] = []
if "exclude_if" in inspect.signature(Field).parameters:  # of pydantic 2.12

    class LeftSometimes(BaseModel):
        a: int = Field(default=1, exclude_if=lambda value: value == 1)

    LEFT_SOMETIMES.append(LeftSometimes)


class After(BaseModel):
    a: int

    def model_post_init(self, context: object) -> None: ...


class OwnInit(BaseModel):
    a: int

    def __init__(self, a: int) -> None:
        super().__init__(a=a)


class Root(RootModel[list[int]]): ...


class Tree(BaseModel):
    weight: float
    below: list[Tree] = []


@dataclasses.dataclass
class Record:
    number: int


class SubRecord(Record): ...


@dataclasses.dataclass
class RealRecord:
    number: float


@dataclasses.dataclass
class LimitedRecord:
    text: TEXT


@dataclasses.dataclass
class Derived:
    number: int
    twice: int = dataclasses.field(init=False, default=0)


@dataclasses.dataclass
class Started:
    number: int
    start: dataclasses.InitVar[int] = 0


@dataclasses.dataclass
class Settled:
    number: int

    def __post_init__(self) -> None: ...


@pydantic_dataclasses.dataclass(config=ConfigDict(str_to_lower=True))
class Lowered:
    text: str


@pydantic_dataclasses.dataclass(config=ConfigDict(frozen=True))
class Frozen:
    text: str


class Movie(TypedDict):
    title: str
    length: NotRequired[float]


class LimitedMovie(TypedDict):
    title: TEXT


class OpenMovie(TypedDict):
    __pydantic_config__ = ConfigDict(extra="allow")  # type: ignore[misc]  # as pydantic has it
    title: str


class Upper(BaseModel):
    text: Annotated[str, PlainSerializer(str.upper)]


class Shaped(BaseModel):
    text: str

    @model_serializer
    def shape(self) -> dict[str, str]:
        return {"text": self.text}


class Rounded(BaseModel):
    items: list[float]

    @field_serializer("items")
    def rounded(self, items: list[float]) -> list[float]:
        return [round(item, 1) for item in items]


class Pair(NamedTuple):
    a: int


Alias = TypeAliasType("Alias", str)
Numbered = TypeAliasType("Numbered", list[int])
Noted = Annotated[str, Field(json_schema_extra={"a": 1})]

NEVER: list[Any] = [
    str, int, bool, None, uuid.UUID, UUID4, str | None, Literal["a"], Literal[1, True, None], Textual, Numbers, Lenient,
    Missing, Alias, Noted,
]  # fmt: skip
ALWAYS: list[Any] = [
    bytes, dt.time, Any, object, Any | None, Literal[b"a"], Literal[Textual.A], Paired, TEXT, Union[TEXT, None],  # noqa: UP007  # pyright knows no `|` there
    Annotated[int, Field(gt=1)], Annotated[bool, Field(strict=True)], Annotated[float, Field(gt=1)],
    Annotated[dt.date, Field(gt=dt.date(2000, 1, 1))], Annotated[dt.datetime, Field(gt=dt.datetime(2000, 1, 1))],
    list, list[Any], list[bytes], Annotated[list[int], Field(max_length=1)],
    dict, dict[str, Any], dict[str, bytes], dict[int, int], dict[TEXT, int],
    Annotated[dict[str, int], Field(max_length=1)], tuple[int, str], set[int], Json, Json[list[int]], int | str, Pair,
    Limited, Left, *LEFT_SOMETIMES, After, OwnInit, Root, LimitedRecord, Derived, Started, Settled, Lowered,
    LimitedMovie, Annotated[str, PlainSerializer(str.upper)], Upper, Shaped, Rounded,
]  # fmt: skip
LOOKED_AT: list[tuple[Any, list[Any], list[Any]]] = [
    (float, [1.5], [1, float("inf"), float("-inf"), float("nan")]),
    (FiniteFloat, [1.5], [1]),
    (float | None, [None, 1.5], [float("nan")]),
    (dt.date, [dt.date(2026, 1, 1)], [dt.datetime(2026, 1, 1)]),
    (dt.datetime, [dt.datetime(2026, 1, 1), dt.datetime(2026, 1, 1, tzinfo=dt.timezone.utc)],
        [dt.datetime(2026, 1, 1, tzinfo=BERLIN), dt.date(2026, 1, 1)]),
    (list[int], [[], [1]], [(1,)]),
    (Numbered, [[1]], [(1,)]),
    (Annotated[dict[str, int], Field(json_schema_extra={"a": 1})], [{"a": 1}], [{1}]),
    (dict[Noted, int], [{"a": 1}], [{1}]),
    (list[float], [[], [1.0]], [(1.0,), [1.0, float("inf")]]),
    (dict[str, int], [{}, {"a": 1}], [{1}]),
    (dict[str, float], [{}, {"a": 1.0}], [{"a": 1.0, "b": float("inf")}]),
    (Plain, [Plain(number=1)], [Sub(number=1)]),
    (Real, [Real(number=1.0)], [Real(number=float("inf"))]),
    (Tree, [Tree(weight=1.0, below=[Tree(weight=1.0)])], [Tree(weight=1.0, below=[Tree(weight=float("inf"))])]),
    (Record, [Record(1)], [SubRecord(1)]),
    (RealRecord, [RealRecord(1.0)], [RealRecord(float("inf"))]),
    (Frozen, [Frozen("a")], [1]),
    (Movie, [{"title": "a"}, {"title": "a", "length": 1.0}],
        [{"title": "a", "length": float("inf")}, {"title": "a", "other": 1}, [("title", "a")]]),
    (OpenMovie, [{"title": "a"}], [{"title": "a", "other": 1}]),
]  # fmt: skip


def settings_of(annotation: Any) -> Settings:
    return Settings(TypeAdapter(annotation).core_schema)


@pytest.mark.parametrize("annotation", NEVER, ids=str)
def test_values_of_it_are_sent_without_a_look(annotation: Any) -> None:
    assert settings_of(annotation).check is never


@pytest.mark.parametrize("annotation", ALWAYS, ids=str)
def test_all_values_of_it_are_read_back(annotation: Any) -> None:
    assert settings_of(annotation).check is always


@pytest.mark.parametrize(("annotation", "sent", "read_back"), LOOKED_AT)
def test_values_of_it_are_looked_at(annotation: Any, sent: list[Any], read_back: list[Any]) -> None:
    check = settings_of(annotation).check
    assert [value for value in sent if check(value)] == []
    assert [value for value in read_back if not check(value)] == []


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        (Upper(text="A"), b'{"text":"A"}'), (Shaped(text="a"), b'{"text":"a"}'),
        (Rounded(items=[1]), b'{"items":[1.0]}'),
    ],
)  # fmt: skip
def test_a_type_with_a_serializer_of_its_own_is_sent(value: BaseModel, sent: bytes) -> None:
    assert payload_of(type(value)).dump_output(value, "task 'x'") == sent


@pytest.mark.parametrize("value", [Upper(text="a"), Rounded(items=[1.23])])
def test_a_serializer_that_changes_the_value_is_refused(value: BaseModel) -> None:
    with pytest.raises(ValueError, match="would arrive"):
        payload_of(type(value)).dump(value)
