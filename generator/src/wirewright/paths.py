"""The part of JSONPath (RFC 9535) that overlays are written in, and what became of a path that leads nowhere.

`$`, names (`.name`, `['name']`), places of a list (`[0]`), all children (`[*]`), and children that have certain values
(`[?(@.name=='x' && @.in=='query')]`).
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import Any

from wirewright.documents import is_list, is_map

_SEGMENT = re.compile(
    r"\.(?P<plain>[\w-]+)|\['(?P<quoted>(?:[^'\\]|\\.)*)'\]|(?P<all>\[\*\]|\.\*)|\[(?P<index>\d+)\]|\[\?\(?(?P<filter>@[^\]]*?)\)?\]"
)
_TEST = re.compile(r"@\.(?P<key>[\w-]+)\s*==\s*'(?P<value>(?:[^'\\]|\\.)*)'")


@dataclass(frozen=True)
class _Segment:
    text: str
    name: str | None = None
    """The child to go to; None for several."""
    tests: tuple[tuple[str, str], ...] = ()
    """What the children have to hold; nothing for all."""

    def children(self, node: Any) -> list[Any]:
        if is_list(node) and self.name is not None:
            return [node[int(self.name)]] if self.name.isdigit() and int(self.name) < len(node) else []
        if self.name is not None:
            return [node[self.name]] if is_map(node) and self.name in node else []
        below = [*node.values()] if is_map(node) else [*node] if is_list(node) else []
        return [each for each in below if not self.tests or _fits(each, self.tests)]

    def nearest(self, nodes: list[Any]) -> str:
        """The name nearest to the one that is missing, for a person who looks for it."""
        wanted = self.name if self.name is not None else " ".join(value for _, value in self.tests)
        known: set[str] = set()
        for node in nodes:
            for name, child in node.items() if is_map(node) else enumerate(node) if is_list(node) else ():
                key = self.tests[0][0] if self.tests else ""
                known.add(str(child.get(key, "")) if self.tests and is_map(child) else str(name))
        found = difflib.get_close_matches(wanted, sorted(known), 1, 0.8)
        return f"; there is {found[0]!r}" if found else ""


@dataclass(frozen=True)
class Path:
    """A path that was read."""

    text: str
    segments: tuple[_Segment, ...]

    @classmethod
    def read(cls, text: str) -> Path:
        """The path; what is not of this part of JSONPath is a ValueError."""
        position, segments = 1, list[_Segment]()
        if not text.startswith("$"):
            raise ValueError(f"the target {text!r} does not begin with `$`")
        while position < len(text):
            match = _SEGMENT.match(text, position)
            if match is None:
                raise ValueError(f"the target {text!r} is not understood from {text[position:]!r} on")
            name = (
                match["plain"] or match["index"] or (None if match["quoted"] is None else _unescaped(match["quoted"]))
            )
            tests = tuple((test["key"], _unescaped(test["value"])) for test in _TEST.finditer(match["filter"] or ""))
            if match["filter"] and not tests:
                raise ValueError(f"the filter {match['filter']!r} of {text!r} is not understood; write @.key=='value'")
            segments.append(_Segment(match[0], name, tests))
            position = match.end()
        return cls(text, tuple(segments))

    def find(self, root: Any) -> list[Any]:
        """Every node that the path leads to."""
        nodes = [root]
        for segment in self.segments:
            nodes = [child for node in nodes for child in segment.children(node)]
        return nodes

    def remove(self, root: Any) -> int:
        """Take what the path leads to out of what holds it, and say how many that were."""
        holders, last = Path("", self.segments[:-1]).find(root), self.segments[-1]
        number = 0
        for holder in holders:
            gone = [id(child) for child in last.children(holder)]
            number += len(gone)
            if is_map(holder):
                for key in [key for key, child in holder.items() if id(child) in gone and last.name in (None, key)]:
                    del holder[key]
            else:
                holder[:] = [child for child in holder if id(child) not in gone]
        return number

    def missing(self, root: Any) -> str:
        """What became of a path that leads nowhere: how far it leads, and what is there instead."""
        nodes, reached = [root], "$"
        for segment in self.segments:
            below = [child for node in nodes for child in segment.children(node)]
            if not below:
                return f"{reached} has no {segment.text.strip('.')} any more{segment.nearest(nodes)}"
            nodes, reached = below, reached + segment.text
        return f"{reached} is there"


def quoted(name: str) -> str:
    """A name as a path spells it."""
    return (
        f".{name}"
        if re.fullmatch(r"\w+", name, re.ASCII)
        else "['" + name.replace("\\", "\\\\").replace("'", "\\'") + "']"
    )


def _fits(node: Any, tests: tuple[tuple[str, str], ...]) -> bool:
    return is_map(node) and all(node.get(key) == value for key, value in tests)


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
