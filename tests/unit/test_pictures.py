"""Pictures of workflows: every task, what it comes after and what it waits for, in text that Mermaid reads."""

from __future__ import annotations

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hatchet import (
    Context,
    DurableContext,
    EmptyModel,
    ParentCondition,
    SleepCondition,
    UserEventCondition,
    or_,
    pictures,
    svg,
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


# -- SVG


def elements(drawn: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(drawn).iter())


def boxes(drawn: str) -> dict[str, tuple[float, float, float, float]]:
    """Where tasks stand, by their names: left, top, width, height."""
    found: dict[str, tuple[float, float, float, float]] = {}
    for group in elements(drawn):
        if (group.get("class") or "").startswith("task "):
            box, name = group[0], next(each.text or "" for each in group if each.tag.endswith("text"))
            if box.tag.endswith("rect"):
                left, top, width, height = (float(box.get(key, "nan")) for key in ("x", "y", "width", "height"))
                found[name] = (left, top, width, height)
    return found


CHAIN = [
    pictures.Node("a"),
    pictures.Node("b", ["a"], is_durable=True),
    pictures.Node("c", ["a"], notes=["waits for sleep 90s"]),
    pictures.Node("d", ["b", "c", "a"]),
    pictures.Node("oops", ["d"], is_on_failure=True),
]


@pytest.mark.parametrize(("direction", "axis"), [("LR", 0), ("TB", 1)])
def test_in_svg_each_task_stands_behind_its_parents_and_beside_the_others(
    direction: pictures.Direction, axis: int
) -> None:
    drawn = svg.svg(CHAIN, {"a": "COMPLETED", "b": "RUNNING"}, direction)
    places = boxes(drawn)
    assert list(places) == ["a", "b", "c", "d"]
    for before, after in (("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")):
        assert places[before][axis] + places[before][axis + 2] < places[after][axis]
    (left, top, width, height), (left2, top2, width2, height2) = places["b"], places["c"]
    apart = (left + width <= left2, left2 + width2 <= left, top + height <= top2, top2 + height2 <= top)
    assert sum(apart) == 1
    classes = [each.get("class") for each in elements(drawn)]
    assert [classes.count(each) for each in ("arrow", "side", "task completed", "task running", "task none")] == [
        6, 1, 1, 1, 3,
    ]  # fmt: skip
    assert sum("stroke-dasharray" in each.attrib for each in elements(drawn)) == 1  # on failure


def test_svg_holds_what_people_wrote_as_text() -> None:
    evil = "</text><script>alert(1)</script>\"'&"
    drawn = svg.svg([pictures.Node(evil, notes=[evil])], {evil: evil}, links={evil: 'x"><script>'}, title=evil)
    assert "<script" not in drawn
    assert [each.text for each in elements(drawn) if each.tag.endswith("text")] == [evil, evil.lower(), evil]
    assert ElementTree.fromstring(drawn).get("aria-label") == evil


def test_svg_takes_whatever_an_engine_says() -> None:
    circle = [pictures.Node("a", ["b"]), pictures.Node("b", ["a", "b", "nobody"]), pictures.Node("a", ["b"])]
    assert len(boxes(svg.svg(circle))) == 2
    assert boxes(svg.svg([])) == {}
    [(_, _, width, _)] = boxes(svg.svg([pictures.Node("x" * 500)])).values()
    assert width < 500


def test_workflows_tasks_and_references_give_svg() -> None:
    flow = H.workflow("drawn")
    first = flow.task(name="first")(step)
    flow.task(name="second", parents=[first])(step)
    assert list(boxes(flow.to_svg("TB"))) == ["first", "second"]
    assert list(boxes(H.task(name="alone")(step).to_svg())) == ["alone"]


@given(st.lists(st.lists(st.integers(0, 30), max_size=4), max_size=30))
def test_no_two_tasks_stand_in_one_place(parents: list[list[int]]) -> None:
    nodes = [pictures.Node(str(n), [str(each) for each in of if each < n]) for n, of in enumerate(parents)]
    places = list(boxes(svg.svg(nodes)).values())
    assert len(places) == len(nodes)
    for number, (left, top, width, height) in enumerate(places):
        for left2, top2, width2, height2 in places[:number]:
            assert not (left < left2 + width2 and left2 < left + width and top < top2 + height2 and top2 < top + height)
