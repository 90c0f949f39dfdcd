"""Which cron triggers and scheduled runs: what the filters of both have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, Self, TypedDict
from uuid import UUID

from hatchet._dataclasses import dataclass
from hatchet.features.orders import Ordered
from hatchet.features.rest import id_or_none, pairs
from hatchet_api.rest import models

if TYPE_CHECKING:
    from hatchet_api.rest.base import OpenEnum
    from hatchet_api.rest.models import WorkflowRunOrderByDirection


class TriggerFilterOptions(TypedDict, total=False):
    """What every choice of triggers takes."""

    workflow_id: str | UUID | None
    """Of this workflow."""
    additional_metadata: Mapping[str, object] | None
    """Whose runs carry all these pairs."""


class TriggerOrderOptions(TypedDict, total=False):
    """What a list of triggers takes besides; what it can be ordered by is its own."""

    order_by_direction: WorkflowRunOrderByDirection | Literal["ASC", "DESC"] | None
    """Default: the newest or latest first."""


@dataclass(frozen=True, kw_only=True)
class TriggerFilter:
    """Triggers by what they start."""

    workflow_id: str | UUID | None = None
    additional_metadata: Mapping[str, object] | None = None

    def query(self) -> dict[str, Any]:  # Any: parameters of several generated functions
        """As parameters of the API."""
        return {
            "workflow_id": id_or_none(self.workflow_id, "workflow_id"),
            "additional_metadata": pairs(self.additional_metadata, one_colon=True),
        }


@dataclass(frozen=True, kw_only=True)
class TriggerOrder(Ordered):
    """Triggers in an order."""

    order_by_direction: WorkflowRunOrderByDirection | Literal["ASC", "DESC"] | None = None

    def order_by(self, fields: type[OpenEnum]) -> dict[str, Any]:
        """As parameters of the API."""
        return self.order(fields, models.WorkflowRunOrderByDirection)

    def or_oldest_first(self) -> Self:
        """The same, from the oldest on where no order was chosen: what is created meanwhile comes last."""
        return self.or_by("createdAt", "ASC")
