"""`hatchet.tenant`: whom the token belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hatchet.features.rest import Feature
from hatchet.transport.io_loop import blocking
from hatchet_api.rest import api

if TYPE_CHECKING:
    from hatchet_api.rest.models import Tenant


class TenantClient(Feature):
    """The tenant of the token."""

    async def aio_get(self) -> Tenant:
        """Its name and settings (API: `tenant:get`)."""
        return await self._send(api.tenants.get.build(self._tenant))

    get: Final = blocking(aio_get)
