"""A reader finds what is asked for: ten questions, every option, and a program at the beginning of each guide."""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path

import pytest

from docsite.project import start_page
from hatchet.options import keys
from tests.docs.test_release import ROOT

DOCS = ROOT / "docs"
LINK = re.compile(r"\]\(([\w-]+\.md)(#[\w-]+)?\)")
QUESTIONS = {
    "Start a worker in a FastAPI app": "apps.md",
    "Test a task": "testing.md",
    "Retry with a wait": "errors-and-retries.md",
    "Limit how many runs a customer has at once": "limits.md",
    "Cancel a run": "context.md",
    "See why a run does not start": "triggers.md",
    "Move to a server": "servers.md",
    "Sleep for a day": "durable-tasks.md",
    "Stream tokens": "streaming.md",
    "Upgrade from `hatchet_sdk`": "coming-from-hatchet-sdk.md",
}
"""What new users ask, and where the whole answer is."""

WITHOUT_PROGRAM = {
    "architecture.md",
    "cli.md",
    "compatibility.md",
    "engine-differences.md",
    "engine.md",
    "page.md",
}
"""Pages that are no guides to programming."""


def links_of(text: str) -> set[str]:
    return {page for page, _ in LINK.findall(text) if (DOCS / page).exists()}


def sections() -> dict[str, str]:
    parts = re.split(r"^## (.+)$", (DOCS / "how-to.md").read_text(), flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def test_the_ten_questions_stand_on_one_page_that_the_start_links_to() -> None:
    assert list(sections()) == list(QUESTIONS)
    assert "how-to.md" in links_of(start_page((ROOT / "README.md").read_text()))


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_answer_has_code_and_leads_to_the_guide(question: str) -> None:
    answer = sections()[question]
    assert QUESTIONS[question] in links_of(answer)
    assert re.search(r"^```(python|sh)\n", answer, re.MULTILINE)
    assert re.search(r"^```python\n", (DOCS / QUESTIONS[question]).read_text(), re.MULTILINE)


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.name)
def test_a_guide_begins_with_a_program(page: Path) -> None:
    if page.name in WITHOUT_PROGRAM:
        return
    program = re.search(r"^```(python|sh)( .*)?\n", page.read_text(), re.MULTILINE)
    assert program is not None
    assert len(page.read_text()[: program.start()].split()) < 120, "a program comes first, and then what it means"


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.name)
def test_every_guide_is_two_clicks_from_the_start(page: Path) -> None:
    first = links_of(start_page((ROOT / "README.md").read_text()))
    second = set(chain.from_iterable(links_of((DOCS / each).read_text()) for each in first))
    assert page.name in first | second


def test_every_option_of_tasks_and_workflows_is_on_its_page() -> None:
    text = (DOCS / "task-options.md").read_text()
    kinds = [keys.StandaloneOptions, keys.WorkflowTaskOptions, keys.DurableStandaloneOptions, keys.WorkflowOptions]
    options = set(chain.from_iterable(kind.__annotations__ for kind in [*kinds, keys.BatchStandaloneOptions]))
    assert {option for option in options if f"| `{option}` |" not in text} == set()
