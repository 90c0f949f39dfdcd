"""`make demo` on folders that hold everything that a folder can hold."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Generator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
GIGABYTES = 3 << 30
unix = pytest.mark.skipif(sys.platform == "win32", reason="links, pipes and names of any bytes are Unix's")


@pytest.fixture
def deep_path(tmp_path: Path) -> Generator[Path, None, None]:
    """As `tmp_path`, for what pytest's own way of removing folders would not get to the bottom of."""
    yield tmp_path
    subprocess.run(["rm", "-rf", str(tmp_path)], check=True)


def survey(folder: str | bytes | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [os.fsencode(sys.executable), b"-m", b"examples.survey", os.fsencode(folder)]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'generated'}", **variables}
    return subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=50,
        check=False,
    )


@pytest.fixture(scope="module")
def module() -> Generator[ModuleType, None, None]:
    module = import_module("examples.survey")
    yield module
    module.hatchet.stop_embedded()


def test_a_folder_that_does_not_exist_is_one_line_and_exit_2(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("text")
    for wrong, said in ((tmp_path / "nowhere", "does not exist"), (tmp_path / "file", "is a file, not a folder")):
        done = survey(wrong)
        assert (done.returncode, done.stdout) == (2, "")
        assert re.fullmatch(rf"survey: \S+ {said}\n", done.stderr), done.stderr


def test_a_folder_without_a_file_is_surveyed(tmp_path: Path) -> None:
    done = survey(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "5 tasks in" in done.stdout


@unix
def test_whatever_a_folder_holds_is_counted_and_named_and_never_fatal(deep_path: Path) -> None:
    tmp_path = deep_path
    root = os.fsencode(tmp_path) + b"/r\xe9sum\xe9 \xff"
    os.mkdir(root)

    def at(name: str | bytes) -> bytes:
        return os.path.join(root, os.fsencode(name))

    for name, content in (("a.txt", b"some words here\n"), (b"caf\xe9.txt", b"more words\n"), ("new\nline.md", b"x\n")):
        Path(os.fsdecode(at(name))).write_bytes(content)
    Path(os.fsdecode(at("no-utf8.txt"))).write_bytes(b"caf\xe9 words\n")
    Path(os.fsdecode(at("binary.bin"))).write_bytes(b"\x00\x01")
    with open(at("huge.log"), "wb") as huge:
        huge.truncate(GIGABYTES)
    os.symlink(b"self", at("self"))
    os.symlink(b"there", at("back"))
    os.symlink(b"back", at("there"))
    os.symlink(b"..", at("up"))
    os.symlink(b"nowhere", at("broken"))
    os.symlink(b"/usr", at("elsewhere"))
    os.mkfifo(at("pipe"))
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket"))
        os.rename(tmp_path / "socket", at("socket"))
    os.symlink(b"/dev/zero", at("zero"))
    os.symlink(b"/proc/self/mem", at("memory"))  # not even root reads it
    deep = root
    for _ in range(1500):  # deeper than Python's stack
        deep += b"/d"
        os.mkdir(deep)
    Path(os.fsdecode(deep + b"/deepest.txt")).write_bytes(b"deep words\n")

    done = survey(root, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert "5/5 files" in done.stdout
    assert "10 tasks in" in done.stdout
    for said in (
        "binary: 1 (binary.bin)",
        "larger than 2 MB: 1 (huge.log)",
        "links in circles: 4 (back, self, there, up)",
        "broken links: 1 (broken)",
        "links to folders, not followed: 1 (elsewhere)",
        "neither files nor folders: 3 (pipe, socket, zero)",
        "unreadable: 1 (memory)",
        r"measured, with a name that is not UTF-8: 1 (caf\xe9.txt)",
    ):
        assert f"  {said}\n" in done.stdout, done.stdout


@unix
def test_paths_that_are_longer_than_the_system_takes_are_unreadable(module: ModuleType, deep_path: Path) -> None:
    root, name = deep_path / "root", "n" * 250
    root.mkdir()
    here = os.open(root, os.O_RDONLY)
    for _ in range(20):
        os.mkdir(name, dir_fd=here)
        inner = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)
    assert [reason for _, reason, _ in module.walk(str(root))] == [module.UNREADABLE]


@unix
def test_a_folder_that_cannot_be_one_is_told_in_one_line(module: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    for wrong in (str(tmp_path / "loop"), "n" * 300, os.fsdecode(b"caf\xe9"), "a\nb", "nul\0"):
        said = module.problem_of(wrong)
        assert said
        assert said.isprintable()


@unix
def test_a_file_that_changes_after_it_was_found_is_told_of(module: ModuleType, tmp_path: Path) -> None:
    for name in ("gone", "pipe", "grown"):
        (tmp_path / name).write_text("words\n")
    assert [reason for _, reason, _ in module.walk(str(tmp_path))] == [""] * 3
    (tmp_path / "gone").unlink()
    (tmp_path / "pipe").unlink()
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "grown").open("wb") as grown:
        grown.truncate(GIGABYTES)
    problems = {
        name: module.measure.mock_run(module.Place(path=module.spelt(str(tmp_path / name)))).problem
        for name in ("gone", "pipe", "grown")
    }
    assert problems == {"gone": module.UNREADABLE, "pipe": module.UNREADABLE, "grown": module.LARGE}


def test_more_than_one_message_takes_is_left_out_and_counted(
    module: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(9):
        (tmp_path / f"{number}.txt").write_text("words\n")
    monkeypatch.setattr(module, "MOST_NAMES", 15)
    found = module.collect.mock_run(module.Place(path=module.spelt(str(tmp_path))))
    assert found.files == ["0.txt", "1.txt", "2.txt"]
    (remark,) = found.remarks
    assert (remark.reason, remark.files) == (module.BEYOND, 6)
    assert remark.names == [f"{number}.txt" for number in range(3, 8)]
    monkeypatch.setattr(module, "MOST_NAMES", 1000)
    monkeypatch.setattr(module, "MOST_BYTES", 12)
    assert len(module.collect.mock_run(module.Place(path=module.spelt(str(tmp_path)))).files) == 2
