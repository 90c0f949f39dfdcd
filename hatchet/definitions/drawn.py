"""What a declaration looks like: `to_mermaid`, and what a notebook shows of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from hatchet._lazy import Deferred

if TYPE_CHECKING:
    from hatchet import pictures, svg
    from hatchet.pictures import Direction, Node
else:
    pictures = Deferred("hatchet.pictures")  # most programs draw nothing
    svg = Deferred("hatchet.svg")


class Drawn(ABC):
    """Something that has tasks."""

    @property
    @abstractmethod
    def name(self) -> str:
        """What stands above its picture in a notebook."""

    @abstractmethod
    def nodes(self) -> list[Node]:
        """Its tasks as a picture has them."""

    def to_mermaid(self, direction: Direction = "LR") -> str:
        """A picture of its tasks, as text of Mermaid, which GitHub, notebooks and many editors draw.

        Durable tasks have double sides, the one for failures is a hexagon, and each shows what it waits for.

        Args:
            direction: from left to right, or from top to bottom (`TB`).
        """
        return pictures.mermaid(self.nodes(), direction=direction)

    def to_svg(self, direction: Direction = "LR") -> str:
        """The same as SVG, which every browser shows; otherwise as `to_mermaid`.

        Args:
            direction: from left to right, or from top to bottom (`TB`).
        """
        return svg.svg(self.nodes(), direction=direction, title=f"Tasks of {self.name}")

    def _repr_markdown_(self) -> str:
        return f"**{self.name}**\n\n{pictures.fenced(self.to_mermaid())}"
