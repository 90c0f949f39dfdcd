"""`hatchet.rate_limits`: limits that tasks consume units of."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from hatchet.errors import InputError
from hatchet.features.rest import Feature, Rest
from hatchet.options.values import RateLimitDuration
from hatchet.transport.io_loop import blocking
from hatchet.wire.gateway import Gateway
from hatchet_api.rest import api

if TYPE_CHECKING:
    from hatchet_api.rest.models import RateLimitList


class RateLimitsClient(Feature):
    """Rate limits of the tenant; their keys have no namespace."""

    def __init__(self, rest: Rest, gateway: Gateway) -> None:
        super().__init__(rest)
        self._gateway = gateway

    async def aio_put(self, key: str, limit: int, duration: RateLimitDuration = RateLimitDuration.SECOND) -> None:
        """Create a limit, or change it; units that are consumed already stay so.

        Args:
            key: what `RateLimit(static_key=…)` names.
            limit: units in each window, 1 or more.
            duration: the window.
        """
        if not key or limit < 1:
            raise InputError(f"rate limit {key!r} with {limit} units: write a key, and 1 or more units")
        await self.io.run(self._gateway.put_rate_limit(key, limit, duration))

    async def aio_list(
        self, *, offset: int | None = None, limit: int | None = None, search: str | None = None
    ) -> RateLimitList:
        """Limits whose key contains `search` (API: `rate-limit:list`)."""
        operation = api.rate_limits.list.build(self._tenant, offset=offset, limit=limit, search=search)
        return await self._rest.send(operation)

    async def aio_pause(self, key: str, until: datetime) -> datetime:
        """Let nothing start that uses a limit; when the pause ends, which is never earlier than it was.

        Args:
            key: the limit; of a dynamic limit what its expression yields.
            until: a time with a time zone.

        Raises:
            Unsupported: the engine is older than v0.114.2.
        """
        if until.tzinfo is None:
            raise InputError(
                f"until is {until}, which has no time zone; write datetime.now(timezone.utc) + timedelta(…)"
            )
        return await self.io.run(self._gateway.pause_rate_limit(key, until))

    pause: Final = blocking(aio_pause)
    put: Final = blocking(aio_put)
    list: Final = blocking(aio_list)
