"""Pictures to the letter, as they were recorded in drawn/, where one can look at them."""

from __future__ import annotations

from pathlib import Path

import pytest

from hatchet import pictures, svg
from hatchet.pictures import Direction, Node

RECORDED = Path(__file__).parent / "drawn"
RENEW = "python -m tests.unit.test_drawn"

STATES = dict(zip("abcdefg", pictures.COLOURS, strict=True))
EVERY_KIND = [
    Node("oops", ["d", "g"], is_on_failure=True),
    Node("d", ["b", "c", "a", "a", "d", "nobody"], notes=["waits for sleep 90s", "x" * 49, "x" * 48]),
    Node("g", is_durable=True),
    Node("f", ["e"]),
    Node("e", ["d"]),
    Node("c", ["a"]),
    Node("b", ["a"], is_durable=True),
    Node("a"),
    Node("not created", ["a"], is_durable=True),
]
CROSSING = [
    *(Node(name) for name in ("a1", "a2", "a3", "a4")),
    Node("b1", ["a4"]),
    Node("b2", ["a3", "a4"]),
    Node("b3", ["a1", "a2"]),
    Node("b4", ["a1"]),
    Node("c1", ["b4", "a2"]),
    Node("c2", ["b1"]),
    Node("c3", ["b3", "b2"]),
    Node("d1", ["c3", "a1", "c2"]),
    Node("d2", ["c1", "b1"]),
]
# After a sweep more or less, or one that goes another way, it looks different.
TANGLE = [
    Node(name, parents.split())
    for name, parents in {
        "a1": "", "a2": "", "a3": "", "a4": "", "b1": "a1 a4", "b2": "a2 a3", "b3": "a1 a2", "b4": "a1 a2 a4",
        "c1": "b3 b4", "c2": "b2 b3", "c3": "b1 b3", "c4": "b4", "d1": "c4", "d2": "c2 c3", "d3": "c2", "d4": "c2",
        "e1": "c3 d4", "e2": "d1 d2", "e3": "d3", "e4": "d3",
    }.items()
]  # fmt: skip
CIRCLE = [Node("a", ["c"]), Node("b", ["a"]), Node("c", ["b"]), Node("z", ["c"])]
CASES: dict[str, tuple[list[Node], dict[str, str], Direction]] = {
    "kinds": (EVERY_KIND, STATES, "LR"),
    "kinds-down": (EVERY_KIND, {}, "TB"),
    "crossing": (CROSSING, {}, "LR"),
    "crossing-down": (CROSSING, {}, "TB"),
    "tangle": (TANGLE, {}, "LR"),
    "circle": (CIRCLE, {}, "LR"),
    "long": ([Node("a name of " + "x" * 39), Node("y", notes=["a note that is longer than its name"])], {}, "LR"),
    "none": ([], {}, "TB"),
}


def drawn(name: str) -> str:
    """An element a line."""
    nodes, states, direction = CASES[name]
    links = {"a": "/there?a=1&b=2#x"} if name == "kinds" else None
    title = {"kinds": "All <kinds>"}.get(name)
    text = svg.svg(nodes, states, direction, links=links, **({} if title is None else {"title": title}))
    return text.replace("><", ">\n<") + "\n"


@pytest.mark.parametrize("name", CASES)
def test_a_picture_is_as_it_was_recorded(name: str) -> None:
    assert drawn(name) == (RECORDED / f"{name}.svg").read_text(encoding="utf-8"), f"if this is meant: {RENEW}"


def test_nothing_else_is_recorded() -> None:
    assert {path.stem for path in RECORDED.iterdir()} == {*CASES}


def test_a_picture_runs_from_the_left_and_says_what_it_shows() -> None:
    assert svg.svg(CIRCLE) == svg.svg(CIRCLE, None, "LR", links=None, title="Tasks")
    assert pictures.mermaid(CIRCLE) == pictures.mermaid(CIRCLE, None, "LR")


def test_mermaid_has_each_kind_and_state() -> None:
    assert pictures.mermaid(EVERY_KIND, STATES, "TB").splitlines() == [
        "flowchart TB",
        '    t0{{"oops"}}',
        f'    t1["d<br/>FAILED<br/>waits for sleep 90s<br/>{"x" * 49}<br/>{"x" * 48}"]',
        '    t2[["g<br/>EVICTED"]]',
        '    t3["f<br/>SKIPPED"]',
        '    t4["e<br/>CANCELLED"]',
        '    t5["c<br/>COMPLETED"]',
        '    t6[["b<br/>RUNNING"]]',
        '    t7["a<br/>QUEUED"]',
        '    t8[["not created"]]',
        "    t1 -. on failure .-> t0",
        "    t2 -. on failure .-> t0",
        "    t6 --> t1",
        "    t5 --> t1",
        "    t7 --> t1",
        "    t7 --> t1",
        "    t1 --> t1",
        "    t4 --> t3",
        "    t1 --> t4",
        "    t7 --> t5",
        "    t7 --> t6",
        "    t7 --> t8",
        *(
            line
            for state, place in zip(pictures.COLOURS, ("t7", "t6", "t5", "t1", "t4", "t3", "t2"), strict=True)
            for line in (
                f"    classDef {state.lower()} {pictures.COLOURS[state]}",
                f"    class {place} {state.lower()}",
            )
        ),
    ]


def test_a_state_has_its_colours() -> None:
    assert pictures.COLOURS == {
        "QUEUED": "fill:#e2e8f0,stroke:#475569,color:#0f172a",
        "RUNNING": "fill:#dbeafe,stroke:#1d4ed8,color:#172554",
        "COMPLETED": "fill:#dcfce7,stroke:#15803d,color:#052e16",
        "FAILED": "fill:#fee2e2,stroke:#b91c1c,color:#450a0a",
        "CANCELLED": "fill:#fef3c7,stroke:#b45309,color:#451a03",
        "SKIPPED": "fill:#f8fafc,stroke:#94a3b8,color:#334155,stroke-dasharray:4",
        "EVICTED": "fill:#ede9fe,stroke:#6d28d9,color:#2e1065",
    }


def test_only_what_means_something_in_a_label_is_written_otherwise() -> None:
    name = "a_b-c (d) é" + chr(13) + "e"
    assert pictures.mermaid([Node(name)]) == 'flowchart LR\n    t0["a_b-c (d) é e"]\n'


def test_a_picture_in_markdown_is_fenced() -> None:
    assert pictures.fenced("flowchart LR\n") == "```mermaid\nflowchart LR\n```\n"


if __name__ == "__main__":
    for case in CASES:
        (RECORDED / f"{case}.svg").write_text(drawn(case), encoding="utf-8")
