"""Trees of files reach the disk whole, and drift is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from wirewright import emit
from wirewright.errors import GeneratorFault

TREE = {"a.py": b"A = 1\n", "deep/b.py": b"B = 2\n"}


def test_writing_makes_the_folder_hold_the_tree_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "gone.py").write_text("")
    (tmp_path / "a.py").write_text("A = 0\n")

    touched = emit.write(TREE, tmp_path)

    assert touched == ["a.py", "deep/b.py", "old/gone.py"]
    assert emit.compare(TREE, tmp_path) == []
    assert not (tmp_path / "old").exists()


def test_writing_the_same_again_touches_no_file(tmp_path: Path) -> None:
    emit.write(TREE, tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert emit.write(TREE, tmp_path) == []
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_drift_is_named_file_by_file(tmp_path: Path) -> None:
    emit.write(TREE, tmp_path)
    (tmp_path / "a.py").write_text("A = 3\n")
    (tmp_path / "deep" / "b.py").unlink()
    (tmp_path / "mine.py").write_text("")
    assert emit.compare(TREE, tmp_path) == ["differs: a.py", "missing: deep/b.py", "extra: mine.py"]


def test_caches_of_python_are_no_drift(tmp_path: Path) -> None:
    emit.write(TREE, tmp_path)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.cpython-311.pyc").write_bytes(b"")
    assert emit.compare(TREE, tmp_path) == []


def test_two_steps_may_not_write_the_same_file() -> None:
    with pytest.raises(GeneratorFault, match=r"both write a\.py"):
        emit.merge(TREE, {"a.py": b""})


def test_python_is_formatted_and_headed_and_the_rest_is_left_alone() -> None:
    finished = emit.finished({"b.py": b"x = {  'a':1}\n", "py.typed": b""}, "Mine.")
    assert finished == {"b.py": b'# Mine.\nx = {"a": 1}\n', "py.typed": b""}
