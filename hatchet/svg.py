"""Pictures of workflows and of runs as SVG, which browsers, notebooks and documents show without further tools.

Tasks stand in layers, each behind the last of those that it comes after. Colours are attributes, not styles: a page
whose policy forbids styles in the text may hold the picture, and give its classes colours of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from itertools import pairwise
from typing import Final

from hatchet._dataclasses import dataclass
from hatchet.pictures import COLOURS, Direction, Node

LETTER: Final = 7.3  # px of a letter of a name, on average
SMALL: Final = 6.2  # px of a letter of a further line
LINE: Final = 17  # px from line to line
PADDING: Final = 14  # px around the text of a task
BETWEEN_LAYERS: Final = 56
BETWEEN_TASKS: Final = 20
MARGIN: Final = 10
LONGEST: Final = 48  # letters of a line; what is longer is cut
SWEEPS: Final = 4  # times that the order in the layers is mended
PLAIN: Final = "fill:#ffffff,stroke:#64748b,color:#0f172a"


@dataclass(eq=False)
class _Place:
    """A task in the picture, or the corner of an arrow that passes a layer."""

    node: Node | None
    lines: tuple[str, ...]
    width: float
    height: float
    layer: int
    x: float = 0.0
    """Of its middle."""
    y: float = 0.0


def svg(
    nodes: Sequence[Node],
    states: Mapping[str, str] | None = None,
    direction: Direction = "LR",
    *,
    links: Mapping[str, str] | None = None,
    title: str = "Tasks",
) -> str:
    """A picture of tasks, as the text of an SVG element.

    Args:
        nodes: the tasks.
        states: where tasks are, by name; those that are not named have not been created yet.
        direction: which way it runs.
        links: where a click on a task leads, by name.
        title: what the picture shows, for those who do not see it.
    """
    states = states or {}
    places = {node.name: _place(node, states.get(node.name)) for node in nodes}
    parents = {
        node.name: [name for name in dict.fromkeys(node.parents) if name in places and name != node.name]
        for node in nodes
    }
    _layer(places, parents)
    arrows, layers = _arrows(places, parents)
    _order(layers, arrows)
    width, height = _stand(layers, direction)
    parts = [_arrow(arrow, direction, dotted=_is_dotted(arrow)) for arrow in arrows]
    parts += [_task(place, states.get(name), (links or {}).get(name)) for name, place in places.items()]
    # A picture is one thing to a screen reader; one with links is a group of things.
    role = "group" if links else "img"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="tasks" viewBox="0 0 {width:g} {height:g}" width="{width:g}"'
        f' height="{height:g}" role="{role}" aria-label="{escape(title)}"'
        ' font-family="system-ui, sans-serif" font-size="13">'
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path class="tip" d="M0 0L8 4L0 8z" fill="#64748b"/></marker></defs>'
        f"{''.join(parts)}</svg>"
    )


def _place(node: Node, state: str | None) -> _Place:
    lines = tuple(_cut(text) for text in (node.name, *([] if state is None else [state.lower()]), *node.notes))
    width = max(LETTER * len(lines[0]), *(SMALL * len(line) for line in lines), 60.0) + 2 * PADDING
    if node.is_on_failure:
        width += 2 * PADDING
    return _Place(node, lines, round(width), LINE * len(lines) + PADDING, 0)


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def _layer(places: Mapping[str, _Place], parents: Mapping[str, Sequence[str]]) -> None:
    """Put each task behind all that it comes after; what an engine says in a circle ends after as many rounds."""
    for _ in places:
        moved = False
        for name, place in places.items():
            layer = max((places[parent].layer + 1 for parent in parents[name]), default=0)
            if layer > place.layer and layer < len(places):
                place.layer, moved = layer, True
        if not moved:
            return


def _arrows(
    places: Mapping[str, _Place], parents: Mapping[str, Sequence[str]]
) -> tuple[list[list[_Place]], list[list[_Place]]]:
    """The arrows, each with a corner in every layer that it passes; and what stands in the layers."""
    layers: list[list[_Place]] = [[] for _ in range(max((place.layer for place in places.values()), default=0) + 1)]
    for place in places.values():
        layers[place.layer].append(place)
    arrows: list[list[_Place]] = []
    for name, place in places.items():
        for parent in parents[name]:
            arrow = [places[parent]]
            for layer in range(places[parent].layer + 1, place.layer):
                corner = _Place(None, (), 0, LINE, layer)
                layers[layer].append(corner)
                arrow.append(corner)
            arrows.append([*arrow, place])
    return arrows, layers


def _order(layers: Sequence[list[_Place]], arrows: Sequence[Sequence[_Place]]) -> None:
    """Put what is joined by arrows side by side, so that few of them cross."""
    before: dict[int, list[_Place]] = {}
    after: dict[int, list[_Place]] = {}
    for arrow in arrows:
        for left, right in pairwise(arrow):
            before.setdefault(id(right), []).append(left)
            after.setdefault(id(left), []).append(right)
    for sweep in range(SWEEPS):
        joined = before if sweep % 2 == 0 else after
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            rank = {id(place): number for each in layers for number, place in enumerate(each)}
            middle = {
                id(place): sum(rank[id(each)] for each in joined[id(place)]) / len(joined[id(place)])
                if id(place) in joined
                else rank[id(place)]
                for place in layer
            }
            layer.sort(key=lambda place: middle[id(place)])  # sorted at once


def _stand(layers: Sequence[Sequence[_Place]], direction: Direction) -> tuple[float, float]:
    """Give everything its place; the size of the whole."""

    def along(place: _Place) -> float:
        return place.width if direction == "LR" else place.height

    def across(place: _Place) -> float:
        return place.height if direction == "LR" else place.width

    sizes = [sum(map(across, layer)) + BETWEEN_TASKS * (len(layer) - 1) for layer in layers]
    widest, position = max(sizes, default=0.0), float(MARGIN)
    for layer, size in zip(layers, sizes, strict=True):
        deep = max(map(along, layer), default=0.0)
        offset = MARGIN + (widest - size) / 2
        for place in layer:
            main, cross = position + deep / 2, offset + across(place) / 2
            place.x, place.y = (main, cross) if direction == "LR" else (cross, main)
            offset += across(place) + BETWEEN_TASKS
        position += deep + BETWEEN_LAYERS
    length = position - BETWEEN_LAYERS + MARGIN
    breadth = widest + 2 * MARGIN
    return (length, breadth) if direction == "LR" else (breadth, length)


def _is_dotted(arrow: Sequence[_Place]) -> bool:
    return arrow[-1].node is not None and arrow[-1].node.is_on_failure


def _arrow(arrow: Sequence[_Place], direction: Direction, *, dotted: bool) -> str:
    """A line of curves from task to task, through the corners between them."""
    is_level = direction == "LR"
    points = [(place.x, place.y) for place in arrow]
    first, last = arrow[0], arrow[-1]
    points[0] = (first.x + first.width / 2, first.y) if is_level else (first.x, first.y + first.height / 2)
    points[-1] = (last.x - last.width / 2 - 2, last.y) if is_level else (last.x, last.y - last.height / 2 - 2)
    path = f"M{points[0][0]:g} {points[0][1]:g}"
    for (x1, y1), (x2, y2) in pairwise(points):
        if is_level:
            middle = (x1 + x2) / 2
            path += f"C{middle:g} {y1:g} {middle:g} {y2:g} {x2:g} {y2:g}"
        else:
            middle = (y1 + y2) / 2
            path += f"C{x1:g} {middle:g} {x2:g} {middle:g} {x2:g} {y2:g}"
    dashes = ' stroke-dasharray="2 4"' if dotted else ""
    return f'<path class="arrow" d="{path}" fill="none" stroke="#64748b"{dashes} marker-end="url(#tip)"/>'


def _task(place: _Place, state: str | None, link: str | None) -> str:
    node = place.node
    assert node is not None, "corners are not drawn"
    look = dict(part.split(":", 1) for part in COLOURS.get(state or "", PLAIN).split(","))
    dashes = f' stroke-dasharray="{look["stroke-dasharray"]}"' if "stroke-dasharray" in look else ""
    paint = f'class="box" fill="{look["fill"]}" stroke="{look["stroke"]}"{dashes}'
    left, top = place.x - place.width / 2, place.y - place.height / 2
    right, bottom = left + place.width, top + place.height
    if node.is_on_failure:
        points = (
            (left, place.y), (left + PADDING, top), (right - PADDING, top),
            (right, place.y), (right - PADDING, bottom), (left + PADDING, bottom),
        )  # fmt: skip
        shape = f'<polygon {paint} points="{" ".join(f"{x:g},{y:g}" for x, y in points)}"/>'
    else:
        shape = f'<rect {paint} x="{left:g}" y="{top:g}" width="{place.width:g}" height="{place.height:g}" rx="6"/>'
        if node.is_durable:
            shape += (
                f'<path class="side" fill="none" stroke="{look["stroke"]}"'
                f' d="M{left + 5:g} {top:g}V{bottom:g}M{right - 5:g} {top:g}V{bottom:g}"/>'
            )
    first = place.y - LINE * (len(place.lines) - 1) / 2
    texts = "".join(
        f'<text x="{place.x:g}" y="{first + LINE * number:g}" dy="0.35em" text-anchor="middle" fill="{look["color"]}"'
        f"{_letters(number)}>{escape(line)}</text>"
        for number, line in enumerate(place.lines)
    )
    drawn = f'<g class="task {escape((state or "none").lower())}">{shape}{texts}</g>'
    return drawn if link is None else f'<a href="{escape(link)}">{drawn}</a>'


def _letters(line: int) -> str:
    return ' font-weight="600"' if line == 0 else ' font-size="11"'
