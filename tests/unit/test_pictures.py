"""Pictures of workflows: every task, what it comes after and what it waits for, in text that Mermaid reads."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from hatchet import (
    Context,
    DurableContext,
    EmptyModel,
    ParentCondition,
    SleepCondition,
    UserEventCondition,
    or_,
    pictures,
)
from tests.unit.offline import offline

H = offline("n")


def step(input: EmptyModel, ctx: Context) -> int:
    return 1


def durable(input: EmptyModel, ctx: DurableContext) -> int:
    return 1


def test_a_workflow_is_drawn_with_all_that_its_tasks_wait_for() -> None:
    flow = H.workflow("ship")
    pack = flow.task(name="pack")(step)
    send = flow.durable_task(name="send", parents=[pack])(durable)
    flow.task(
        name="bill",
        parents=[pack, send],
        wait_for=[or_(SleepCondition(timedelta(seconds=90)), UserEventCondition("paid", match={"by": "card"}))],
        skip_if=[ParentCondition(pack, "output > 3")],
        cancel_if=[UserEventCondition("stop")],
    )(step)
    flow.on_success_task(name="thanks")(step)
    flow.on_failure_task(name="oops")(step)
    assert flow.to_mermaid("TB").splitlines() == [
        "flowchart TB",
        '    t0["pack"]',
        '    t1[["send"]]',
        '    t2["bill<br/>waits for sleep 90s or event paid where input[#34;by#34;] == #34;card#34;'
        '<br/>skipped if the output of pack where output #62; 3<br/>cancelled if event stop"]',
        '    t3["thanks"]',
        '    t4{{"oops"}}',
        "    t0 --> t1",
        "    t0 --> t2",
        "    t1 --> t2",
        "    t2 --> t3",
        "    t2 -. on failure .-> t4",
    ]
    assert flow.to_mermaid().startswith("flowchart LR\n")
    assert flow._repr_markdown_() == f"**n_ship**\n\n```mermaid\n{flow.to_mermaid()}```\n"


def test_a_standalone_task_is_one_node() -> None:
    task = H.task(name="alone", retries=2)(step)
    assert task.to_mermaid() == 'flowchart LR\n    t0["alone"]\n'
    assert task._repr_markdown_().startswith("**n_alone**")


def test_states_colour_the_tasks_that_have_one() -> None:
    nodes = [pictures.Node(name) for name in "abcd"]
    drawn = pictures.mermaid(nodes, {"a": "COMPLETED", "b": "RUNNING", "c": "COMPLETED"}).splitlines()
    assert drawn[1:5] == [
        '    t0["a<br/>COMPLETED"]',
        '    t1["b<br/>RUNNING"]',
        '    t2["c<br/>COMPLETED"]',
        '    t3["d"]',
    ]
    assert [line.split(" ")[4:] for line in drawn[5:] if " class " in line] == [
        ["class", "t1", "running"],
        ["class", "t0,t2", "completed"],
    ]
    assert len([line for line in drawn if "classDef" in line]) == 2
    assert set(pictures.COLOURS) == {"QUEUED", "RUNNING", "COMPLETED", "FAILED", "CANCELLED", "SKIPPED", "EVICTED"}


@pytest.mark.parametrize(
    "text", ['"', "<script>alert(1)</script>", "a\nb", "#34;", "`code`", "&lt;", "]", "}}", "é\\n"]
)
def test_no_text_ends_its_label(text: str) -> None:
    [_, line] = pictures.mermaid([pictures.Node("n", notes=[text])]).splitlines()
    found = re.fullmatch(r'    t0\["n<br/>([^"<>`&\\]*)"\]', line)
    assert found is not None
    assert re.sub(r"#(\d+);", lambda code: chr(int(code[1])), found[1]) == text.replace("\n", " ")
