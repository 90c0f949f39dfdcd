"""`hatchet.rate_limits`: limits that tasks consume units of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Literal, TypedDict

from typing_extensions import Unpack

from hatchet._dataclasses import dataclass
from hatchet.errors import InputError
from hatchet.features.orders import Ordered
from hatchet.features.pages import PAGE_SIZE, Items, by_offset, check_page
from hatchet.features.rest import GatewayFeature
from hatchet.options.moments import in_utc
from hatchet.options.signatures import takes
from hatchet.options.values import RateLimitDuration
from hatchet.transport.io_loop import blocking
from hatchet_api.rest import api, models

if TYPE_CHECKING:
    from hatchet_api.rest.models import (
        RateLimit,
        RateLimitList,
        RateLimitOrderByDirection,
        RateLimitOrderByField,
    )


class RateLimitListOptions(TypedDict, total=False):
    """What a choice of limits takes."""

    search: str | None
    """A part of the key."""
    order_by_field: RateLimitOrderByField | Literal["key", "value", "limitValue"] | None
    """What they are ordered by."""
    order_by_direction: RateLimitOrderByDirection | Literal["asc", "desc"] | None
    """Which end comes first."""


@dataclass(frozen=True, kw_only=True)
class RateLimitFilter(Ordered):
    """Limits by their keys, and their order."""

    search: str | None = None
    order_by_field: RateLimitOrderByField | Literal["key", "value", "limitValue"] | None = None
    order_by_direction: RateLimitOrderByDirection | Literal["asc", "desc"] | None = None

    def query(self) -> dict[str, Any]:  # Any: parameters of a generated function
        """As parameters of the API."""
        return {
            "search": self.search,
            **self.order(models.RateLimitOrderByField, models.RateLimitOrderByDirection),
        }


class RateLimitsClient(GatewayFeature):
    """Rate limits of the tenant; their keys have no namespace."""

    async def aio_put(self, key: str, limit: int, duration: RateLimitDuration = RateLimitDuration.SECOND) -> None:
        """Create a limit, or change it; units that are consumed already stay so (API: `PutRateLimit`).

        Args:
            key: what `RateLimit(static_key=…)` names.
            limit: units in each window, 1 or more.
            duration: the window.

        Raises:
            InputError: no key, or no such number of units.
        """
        _check_key(key)
        check_page(None, limit)
        if not isinstance(duration, RateLimitDuration):  # pyright: ignore[reportUnnecessaryIsInstance]  # what a user may write all the same
            raise InputError(f"duration is {duration!r}; write RateLimitDuration.MINUTE or the like")
        await self._call(self._gateway.put_rate_limit(key, limit, duration), f"put rate limit {key!r}")

    @takes(RateLimitFilter)
    async def aio_list(
        self, *, offset: int | None = None, limit: int | None = None, **filters: Unpack[RateLimitListOptions]
    ) -> RateLimitList:
        """A page of limits (API: `rate-limit:list`).

        Args:
            offset: limits to leave out.
            limit: limits on the page; the engine's default is 50.
        """
        check_page(offset, limit)
        return await self._list(RateLimitFilter(**filters), offset, limit)

    async def _list(self, chosen: RateLimitFilter, offset: int | None, limit: int | None) -> RateLimitList:
        return await self._send(api.rate_limits.list.build(self._tenant, offset=offset, limit=limit, **chosen.query()))

    @takes(RateLimitFilter)
    def iterate(self, *, page_size: int = PAGE_SIZE, **filters: Unpack[RateLimitListOptions]) -> Items[RateLimit]:
        """All limits, by default by their keys, for `for` and `async for` (API: `rate-limit:list`).

        Args:
            page_size: limits that are asked for at once.
        """
        # Keys stay where they are, whatever is consumed meanwhile.
        chosen = RateLimitFilter(**filters).or_by("key", "asc")

        async def fetch(offset: int, limit: int) -> Sequence[RateLimit]:
            return (await self._list(chosen, offset, limit)).rows or ()

        return by_offset(self.io, fetch, lambda limit: limit.key, page_size=page_size)

    async def aio_delete(self, key: str) -> None:
        """Delete a limit, if there is one; tasks that name it fail until it is put again (API: `rate-limit:delete`).

        Args:
            key: the limit.

        Raises:
            InputError: no key.
        """
        _check_key(key)
        await self._delete(api.rate_limits.delete.build(self._tenant, key=key))

    async def aio_pause(self, key: str, until: datetime) -> datetime:
        """Let nothing start that uses a limit; when the pause ends, never earlier than it was (API: `PauseRateLimit`).

        Args:
            key: the limit; of a dynamic limit what its expression yields.
            until: a time with a time zone.

        Raises:
            Unsupported: the engine is older than v0.114.2.
        """
        _check_key(key)
        call = self._gateway.pause_rate_limit(key, in_utc(until, "until"))
        return await self._call(call, f"pause rate limit {key!r}")

    pause: Final = blocking(aio_pause)
    delete: Final = blocking(aio_delete)
    put: Final = blocking(aio_put)
    list: Final = blocking(aio_list)


def _check_key(key: str) -> None:
    if not key:
        raise InputError("a rate limit needs a key")
