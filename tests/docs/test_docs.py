"""Every program that a reader can copy runs: the blocks of README and docs, and the examples.

That they type-check, tests/typing shows.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.blocks import BLOCK, PAGES, ROOT, files_of, is_project, named_blocks
from tests.forking import Ended, Programs
from tests.plugins import PYTEST

PROJECTS = [page for page in PAGES if is_project(page)]
STEMS = {page.stem for page in PROJECTS}
BLOCKS = [pytest.param(block, id=name) for name, block in named_blocks() if name.rpartition("-")[0] not in STEMS]


@pytest.mark.parametrize("page", PROJECTS, ids=lambda page: page.stem)
def test_a_page_that_is_a_project_passes_its_tests_as_pytest_runs_them(
    page: Path, tmp_path: Path, programs: Programs
) -> None:
    files = files_of(page)
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    said = run_pytest(programs, folder=tmp_path)
    tests = sum(len(re.findall(r"^ *(?:async )?def test_", text, re.MULTILINE)) for text in files.values())
    assert re.search(rf"^{tests} passed", said, re.MULTILINE), said
    assert "Leftover" not in said


def test_there_is_a_project() -> None:
    assert [page.name for page in PROJECTS] == ["testing.md"]


pytestmark = pytest.mark.timeout(120)


def run_pytest(programs: Programs, *options: str, folder: Path) -> str:
    return said_by(programs.run(*PYTEST, "-q", *options, folder=folder))


def said_by(ended: Ended) -> str:
    assert ended.code == 0, ended.said + ended.complained
    assert "Traceback" not in ended.complained
    return ended.said


def test_there_are_blocks_to_run() -> None:
    assert len(BLOCKS) >= 2


def test_only_listed_blocks_do_not_run() -> None:
    titled = re.compile(r"^```python (.+)$", re.MULTILINE)
    found = [(page.stem, title) for page in PAGES for title in titled.findall(page.read_text())]
    assert found == NOT_RUN


NOT_RUN = [
    *(("apps", f'title="shop/{file}.py"') for file in ("tasks", "management/commands/worker", "views")),
    ("coming-from-hatchet-sdk", 'title="Before: hatchet_sdk"'),
    *((f"from-{name.lower()}", f'title="Before: {name}"') for name in ("Celery", "DBOS", "Temporal")),
]
"""Programs of other libraries, before their translation, and those that test_django.py runs."""


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_runs(block: str, tmp_path: Path, programs: Programs) -> None:
    program = tmp_path / "program.py"
    program.write_text(block)
    said_by(programs.run(str(program), folder=tmp_path))


SAID = {
    "order": [
        "Ada pays 50, at once",
        "Grace pays 500, approved",
        "Alan: add_up failed: nothing was ordered",
        "1 task failed",
    ],
    "fan_out": ["20 pages, 43000 bytes, broken: https://example.com/broken"],
    "limits": [r"conversions took \d", r"7 questions took \d"],
    "streaming": [r"\[1/6\] a", r"\[6/6\] does", "6 words"],
    "batches": ["1 sentences of de in one call", r"101 vectors, one alone: \[10.0\]"],
    "reactions": [
        "payment:received: thanks for 500, Ada",
        "Grace still owes 7",
        r"evenings: 0 18 \* \* \*",
        "a report for me",
    ],
}
"""What examples print, line by line; other lines may stand between."""


@pytest.mark.parametrize("example", SAID)
def test_an_example_says_what_it_should(example: str, programs: Programs) -> None:
    said = said_by(programs.run("-m", f"examples.{example}"))
    assert re.search(".*".join(f"^{line}" for line in SAID[example]), said, re.DOTALL | re.MULTILINE), said


def test_the_example_of_tests_passes(programs: Programs) -> None:
    said = run_pytest(programs, "-n0", "examples/test_order.py", folder=ROOT)
    assert "4 passed" in said


def test_the_tests_of_the_application_pass_side_by_side_and_in_any_order(programs: Programs) -> None:
    said = run_pytest(programs, "-n2", "examples/shop", folder=ROOT)
    assert "33 passed" in said


def test_every_example_has_a_test() -> None:
    found = {path.stem for path in (ROOT / "examples").glob("*.py")} - {"__init__"}
    assert found == {"first", "survey", "test_order", *SAID}, "an example without a test below"
    folders = {path.parent.name for path in (ROOT / "examples").glob("*/__init__.py")}
    assert folders == {"shop"}, "an application without a test above"


def test_the_first_example_greets(tmp_path: Path, programs: Programs) -> None:
    assert said_by(programs.run(str(ROOT / "examples" / "first.py"), folder=tmp_path)) == "Hello, Ada!\n"


def test_the_first_program_of_the_readme_is_the_first_example() -> None:
    assert BLOCK.findall((ROOT / "README.md").read_text())[0] == (ROOT / "examples" / "first.py").read_text()


def test_the_survey_counts_the_files_of_a_folder(tmp_path: Path, programs: Programs) -> None:
    (tmp_path / "a.txt").write_text("some words here\n")
    (tmp_path / "b.md").write_text("more words\nhere\n")
    (tmp_path / "c.bin").write_bytes(b"\x00\x01")
    said = said_by(programs.run("-m", "examples.survey", str(tmp_path)))
    assert "2/2 files" in said
    assert re.search(r"\.md +1 +2 +3", said)
    assert "7 tasks in" in said
