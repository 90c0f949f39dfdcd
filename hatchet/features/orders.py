"""In which order lists come."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

from hatchet._dataclasses import dataclass
from hatchet.features.rest import word

if TYPE_CHECKING:
    from hatchet_api.rest.base import OpenEnum


@dataclass(frozen=True, kw_only=True)
class Ordered:
    """What lists have in common that come in an order of the caller's choice; each says which words it takes."""

    order_by_field: str | None = None
    """What they are ordered by."""
    order_by_direction: str | None = None
    """Which end comes first."""

    def order(self, fields: type[OpenEnum], directions: type[OpenEnum]) -> dict[str, Any]:  # Any: as `query` has it
        """As parameters of the API."""
        return {
            "order_by_field": word(fields, self.order_by_field, "order_by_field"),
            "order_by_direction": word(directions, self.order_by_direction, "order_by_direction"),
        }

    def or_by(self, field: str, direction: str) -> Self:
        """The same, in this order where none was chosen: one that nothing moves while pages are read."""
        if self.order_by_field is not None or self.order_by_direction is not None:
            return self
        return replace(self, order_by_field=field, order_by_direction=direction)
