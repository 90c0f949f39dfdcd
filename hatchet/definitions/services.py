"""What every client has besides declarations: its connection, and the features, each loaded on first use."""

from __future__ import annotations

import asyncio
import importlib
from abc import ABC, abstractmethod
from functools import cached_property
from typing import TYPE_CHECKING, Self, TypeVar, cast, overload

from hatchet.config import ClientConfig
from hatchet.runs.waits import Waits
from hatchet.transport.io_loop import IoLoop
from hatchet.wire.gateway import Gateway

if TYPE_CHECKING:
    from hatchet.features.cel import CELClient
    from hatchet.features.crons import CronClient
    from hatchet.features.events import EventsClient
    from hatchet.features.filters import FiltersClient
    from hatchet.features.listener import RunEventListenerClient
    from hatchet.features.logs import LogsClient
    from hatchet.features.metrics import MetricsClient
    from hatchet.features.rate_limits import RateLimitsClient
    from hatchet.features.rest import Rest
    from hatchet.features.runs import RunsClient
    from hatchet.features.scheduled import ScheduledClient
    from hatchet.features.tenant import TenantClient
    from hatchet.features.webhooks import WebhooksClient
    from hatchet.features.workers import WorkersClient
    from hatchet.features.workflows import WorkflowsClient
    from hatchet.runs.waits import Knowledge
    from hatchet.transport.connection import LocalEngine
    from hatchet.wire.recent import Recent


class RestSide:
    """The way to the REST side, for the features of a client and for its waits, which do not know the client."""

    def __init__(self, config: ClientConfig, io: IoLoop, local: LocalEngine | None, recent: Recent) -> None:
        self._config = config
        self._io = io
        self._local = local
        self._recent = recent

    @cached_property
    def rest(self) -> Rest:
        """What features send by."""
        from hatchet.features.rest import Rest

        return Rest(self._config, self._io, self._local, self._recent)

    async def knowledge(self) -> Knowledge:
        """What tells why a run waits: asked for by a wait that takes long, or ends badly."""
        # In a thread: what it brings in takes a while to load, and results arrive on this loop meanwhile.
        await asyncio.to_thread(importlib.import_module, "hatchet.features.knowledge")
        from hatchet.features.knowledge import Knowledge

        return Knowledge(self.rest)


class Bound:
    """A client's way to one engine: its settings, its calls, and what it has made of them so far."""

    def __init__(self, config: ClientConfig, gateway: Gateway) -> None:
        self.config = config
        self.gateway = gateway
        self.rest_side: RestSide = RestSide(config, gateway.io, gateway.local, gateway.recent)
        gateway.watch = Waits(gateway, self.rest_side.knowledge)
        self.features: dict[str, object] = {}
        """Those that were used, by their names."""


FeatureT = TypeVar("FeatureT")


class feature(cached_property[FeatureT]):  # a decorator
    """A feature of a client, made when it is first used with an engine."""

    @overload
    def __get__(self, instance: None, owner: type[object] | None = None) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type[object] | None = None) -> FeatureT: ...
    def __get__(self, instance: object, owner: type[object] | None = None) -> Self | FeatureT:
        if instance is None:
            return self
        assert isinstance(instance, Services)
        assert self.attrname is not None
        made = instance._bound.features  # pyright: ignore[reportPrivateUsage]  # of this module
        if self.attrname not in made:
            made[self.attrname] = self.func(instance)
        return cast(FeatureT, made[self.attrname])  # what `func` has made


class Services(ABC):
    """The part of a client that workflows and tasks use as well."""

    @property
    @abstractmethod
    def _bound(self) -> Bound:
        """Its way to the engine that it has now."""

    @property
    @abstractmethod
    def _settings(self) -> ClientConfig:
        """The settings for what needs no engine, such as names; a token may be missing."""

    @property
    def config(self) -> ClientConfig:
        """The settings in force; they are read when they are first needed."""
        return self._bound.config

    @property
    def tenant_id(self) -> str:
        """The tenant that the token belongs to."""
        return self._bound.config.tenant_id

    @property
    def namespace(self) -> str:
        """Prefix of workflow, worker and event names; empty, or ends in `_`."""
        return self._settings.namespace

    @property
    def io(self) -> IoLoop:
        """The loop that its calls run on."""
        return self._bound.gateway.io

    @property
    def gateway(self) -> Gateway:
        """The calls that it makes over gRPC."""
        return self._bound.gateway

    @feature
    def listener(self) -> RunEventListenerClient:
        """What happens in runs while they run."""
        from hatchet.features.listener import RunEventListenerClient

        return RunEventListenerClient(self.gateway)

    # -- features: each is loaded on first use, since they bring in the REST side

    @property
    def _rest(self) -> Rest:
        return self._bound.rest_side.rest

    @feature
    def cel(self) -> CELClient:
        """CEL expressions, tried out."""
        from hatchet.features.cel import CELClient

        return CELClient(self._rest)

    @feature
    def cron(self) -> CronClient:
        """Cron triggers."""
        from hatchet.features.crons import CronClient

        return CronClient(self._rest, self.gateway)

    @feature
    def event(self) -> EventsClient:
        """Push events."""
        from hatchet.features.events import EventsClient

        return EventsClient(self._rest, self.gateway)

    @feature
    def filters(self) -> FiltersClient:
        """Filters on the events that start workflows."""
        from hatchet.features.filters import FiltersClient

        return FiltersClient(self._rest)

    @feature
    def logs(self) -> LogsClient:
        """What tasks have written."""
        from hatchet.features.logs import LogsClient

        return LogsClient(self._rest)

    @feature
    def metrics(self) -> MetricsClient:
        """Counts of tasks and queues."""
        from hatchet.features.metrics import MetricsClient

        return MetricsClient(self._rest)

    @feature
    def rate_limits(self) -> RateLimitsClient:
        """Limits that tasks consume units of."""
        from hatchet.features.rate_limits import RateLimitsClient

        return RateLimitsClient(self._rest, self.gateway)

    @feature
    def runs(self) -> RunsClient:
        """What became of runs."""
        from hatchet.features.runs import RunsClient

        return RunsClient(self._rest, self.gateway)

    @feature
    def scheduled(self) -> ScheduledClient:
        """Runs that start at a given time."""
        from hatchet.features.scheduled import ScheduledClient

        return ScheduledClient(self._rest, self.gateway)

    @feature
    def tenant(self) -> TenantClient:
        """Whom the token belongs to."""
        from hatchet.features.tenant import TenantClient

        return TenantClient(self._rest)

    @feature
    def webhooks(self) -> WebhooksClient:
        """Addresses at which other services push events."""
        from hatchet.features.webhooks import WebhooksClient

        return WebhooksClient(self._rest)

    @feature
    def workers(self) -> WorkersClient:
        """Who is there to execute tasks."""
        from hatchet.features.workers import WorkersClient

        return WorkersClient(self._rest)

    @feature
    def workflows(self) -> WorkflowsClient:
        """What has been registered."""
        from hatchet.features.workflows import WorkflowsClient

        return WorkflowsClient(self._rest)
