"""What the REST features have in common: the session, loaded on first use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar

from hatchet.config import ClientConfig
from hatchet.transport.io_loop import IoLoop

if TYPE_CHECKING:
    from hatchet.transport.http import HttpSession
    from hatchet_api.rest.runtime import Operation

T = TypeVar("T")


class Rest:
    """Sends operations; httpx and the models are loaded with the first."""

    def __init__(self, config: ClientConfig, io: IoLoop) -> None:
        self.config = config
        self.io = io
        self._session: HttpSession | None = None

    async def send(self, operation: Operation[T]) -> T:
        """The answer to an operation, from any loop."""
        if self._session is None:
            from hatchet.transport.http import HttpSession  # programs that use no REST feature never load httpx

            self._session = HttpSession(self.config, self.io)
        return await self.io.run(self._session.send(operation))


class Feature:
    """A resource of the API."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest

    @property
    def io(self) -> IoLoop:
        """The loop that its calls run on."""
        return self._rest.io

    @property
    def _tenant(self) -> str:
        return self._rest.config.tenant_id


def pairs(metadata: Mapping[str, str] | None) -> list[str] | None:
    """Metadata as the API filters by it: `key:value`."""
    return None if metadata is None else [f"{key}:{value}" for key, value in metadata.items()]
