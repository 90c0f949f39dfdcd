"""What the trial of generated models says: nothing of those that keep their values, and one line of the others."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from wirewright import trial

MODELS = """\
from __future__ import annotations
from typing import Annotated, Any
from pydantic import BaseModel, ConfigDict, Field, RootModel

class Right(BaseModel):
    model_config = ConfigDict(validate_by_name=True)
    a: int = Field(default=1, alias="kindOf")

class Unwritten(Right):
    a: int = Field(default=1, validation_alias="kindOf", serialization_alias="kindof")

class Strict(BaseModel):
    n: str
    m: int = 0

class Deep(RootModel[list[Strict]]):
    pass

class Lost(BaseModel):
    other: Gone | None = None

class Endless(BaseModel):
    other: Endless = Field(default_factory=lambda: Endless())

Faulty = Annotated[str, Field(pattern="(")]

class Told:
    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        raise TypeError("the first line\\nand another")
"""
RIGHT = [{"kindOf": 2}, {}]


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    base = tmp_path_factory.mktemp("trial")
    folder = base / "tried" / "rest"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").touch()
    (folder / "__init__.py").touch()
    (folder / "models.py").write_text(MODELS)
    yield str(base)
    for name in ("tried", "tried.rest", "tried.rest.models"):
        del sys.modules[name]


@pytest.mark.parametrize(
    ("name", "right", "wrong", "reason"),
    [
        ("Right", RIGHT, [{"kindOf": "x"}], ""),
        ("Right", [], [], ""),
        ("Right", RIGHT, [{"kindOf": "x"}, {"kindOf": "3"}], '{"kindOf": "3"} would be taken, which it does not allow'),
        ("Unwritten", [{}, *RIGHT], [], '{"kindOf": 2} would become {"kindof": 2}'),
        ("Strict", [{"n": 1}], [], '{"n": 1} would be refused (n Input should be a valid string)'),
        (
            "Strict",
            [{"n": 1, "m": "2"}],
            [],
            '{"n": 1, "m": "2"} would be refused (n Input should be a valid string)',
        ),
        (
            "Strict",
            [{"n": "1", "m": "2"}],
            [],
            '{"n": "1", "m": "2"} would be refused (m Input should be a valid integer)',
        ),
        ("Deep", [[{}]], [], "[{}] would be refused (0.n Field required)"),
        ("Lost", [{}], [], "name 'Gone' is not defined"),
        ("Endless", [{}], [], "a default that holds itself never ends"),
        ("Faulty", ["x"], [], "error: unclosed group"),
        ("Told", [{}], [], "the first line"),
        ("Absent", [{}], [], "module 'tried.rest.models' has no attribute 'Absent'"),
    ],
)
def test_a_model_is_judged_by_values(
    package: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    right: list[Any],
    wrong: list[Any],
    reason: str,
) -> None:
    tasks = [{"name": name, "right": right, "wrong": wrong}, {"name": "Strict", "right": [1], "wrong": []}]
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(tasks)))
    trial.main(package, "tried")
    told = {"name": "Strict", "reason": "1 would be refused (Input should be an object)"}
    assert json.loads(capsys.readouterr().out) == ([{"name": name, "reason": reason}] if reason else []) + [told]
    assert sys.path[0] == package
