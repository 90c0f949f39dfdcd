"""What every client has besides declarations: its connection, and the features, each loaded on first use."""

from __future__ import annotations

import asyncio
import importlib
from abc import ABC, abstractmethod
from functools import cached_property
from typing import TYPE_CHECKING

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
    from hatchet.features.streams import StreamsClient
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

    @property
    def rest(self) -> Rest:
        """What features send by."""
        return self.rest_side.rest


class Ways(ABC):
    """The ways of one client to the engines that it has, one after the other; it does not keep the client."""

    @property
    @abstractmethod
    def bound(self) -> Bound:
        """The one to the engine that it has now."""

    @property
    @abstractmethod
    def settings(self) -> ClientConfig:
        """The settings for what needs no engine, such as names; a token may be missing."""

    @property
    def rest(self) -> Rest:
        """What features send by."""
        return self.bound.rest

    @property
    def gateway(self) -> Gateway:
        """The calls over gRPC."""
        return self.bound.gateway


class Services:
    """The part of a client that workflows and tasks use as well."""

    def __init__(self, ways: Ways) -> None:
        self._ways = ways

    @property
    def config(self) -> ClientConfig:
        """The settings in force; they are read when they are first needed."""
        return self._ways.bound.config

    @property
    def tenant_id(self) -> str:
        """The tenant that the token belongs to."""
        return self._ways.bound.config.tenant_id

    @property
    def namespace(self) -> str:
        """Prefix of workflow, worker and event names; empty, or ends in `_`."""
        return self._ways.settings.namespace

    @property
    def io(self) -> IoLoop:
        """The loop that its calls run on."""
        return self._ways.gateway.io

    @property
    def gateway(self) -> Gateway:
        """The calls that it makes over gRPC."""
        return self._ways.gateway

    @property
    def _rest(self) -> Rest:
        return self._ways.rest

    @cached_property
    def listener(self) -> RunEventListenerClient:
        """What happens in runs while they run."""
        from hatchet.features.listener import RunEventListenerClient

        return RunEventListenerClient(self._ways)

    # -- features: each is loaded on first use, since they bring in the REST side

    @cached_property
    def cel(self) -> CELClient:
        """CEL expressions, tried out."""
        from hatchet.features.cel import CELClient

        return CELClient(self._ways)

    @cached_property
    def cron(self) -> CronClient:
        """Cron triggers."""
        from hatchet.features.crons import CronClient

        return CronClient(self._ways)

    @cached_property
    def event(self) -> EventsClient:
        """Push events."""
        from hatchet.features.events import EventsClient

        return EventsClient(self._ways)

    @cached_property
    def filters(self) -> FiltersClient:
        """Filters on the events that start workflows."""
        from hatchet.features.filters import FiltersClient

        return FiltersClient(self._ways)

    @cached_property
    def logs(self) -> LogsClient:
        """What tasks have written."""
        from hatchet.features.logs import LogsClient

        return LogsClient(self._ways)

    @cached_property
    def metrics(self) -> MetricsClient:
        """Counts of tasks and queues."""
        from hatchet.features.metrics import MetricsClient

        return MetricsClient(self._ways)

    @cached_property
    def rate_limits(self) -> RateLimitsClient:
        """Limits that tasks consume units of."""
        from hatchet.features.rate_limits import RateLimitsClient

        return RateLimitsClient(self._ways)

    @cached_property
    def runs(self) -> RunsClient:
        """What became of runs."""
        from hatchet.features.runs import RunsClient

        return RunsClient(self._ways)

    @cached_property
    def scheduled(self) -> ScheduledClient:
        """Runs that start at a given time."""
        from hatchet.features.scheduled import ScheduledClient

        return ScheduledClient(self._ways)

    @cached_property
    def streams(self) -> StreamsClient:
        """Topics that keep their messages."""
        from hatchet.features.streams import StreamsClient

        return StreamsClient(self._ways)

    @cached_property
    def tenant(self) -> TenantClient:
        """Whom the token belongs to."""
        from hatchet.features.tenant import TenantClient

        return TenantClient(self._ways)

    @cached_property
    def webhooks(self) -> WebhooksClient:
        """Addresses at which other services push events."""
        from hatchet.features.webhooks import WebhooksClient

        return WebhooksClient(self._ways)

    @cached_property
    def workers(self) -> WorkersClient:
        """Who is there to execute tasks."""
        from hatchet.features.workers import WorkersClient

        return WorkersClient(self._ways)

    @cached_property
    def workflows(self) -> WorkflowsClient:
        """What has been registered."""
        from hatchet.features.workflows import WorkflowsClient

        return WorkflowsClient(self._ways)
