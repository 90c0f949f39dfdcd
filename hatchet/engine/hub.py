"""All parts of one engine, put together; what the gRPC and the REST side work with."""

from __future__ import annotations

from hatchet.engine.archive import SqliteArchive, restore
from hatchet.engine.auth import Auth
from hatchet.engine.catalog import Catalog
from hatchet.engine.changes import Dispatch, Output, Revoke, RunEnded, TaskNews
from hatchet.engine.clock import Clock
from hatchet.engine.core import Core
from hatchet.engine.fleet import Fleet
from hatchet.engine.lifecycle import Lifecycle
from hatchet.engine.settings import EngineSettings
from hatchet.engine.store import Store
from hatchet.engine.subscriptions import EventStreams, ResultStreams, WorkerStreams
from hatchet.engine.triggering import Triggering
from hatchet.engine.turns import Turns


class Hub:
    """One engine without its servers."""

    def __init__(self, store: Store, auth: Auth, settings: EngineSettings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self.auth = auth
        self.tenant_id: str = auth.tenant_id
        self.store = store
        self.archive: SqliteArchive = SqliteArchive(store)
        self.core: Core = Core(settings, self.archive)
        self.lifecycle: Lifecycle = Lifecycle(self.core)
        self.triggering: Triggering = Triggering(self.core, self.lifecycle)
        self.fleet: Fleet = Fleet(self.core, self.lifecycle)
        self.catalog: Catalog = Catalog(self.core)
        self.worker_streams: WorkerStreams = WorkerStreams(settings.max_unsent_actions)
        self.results: ResultStreams = ResultStreams()
        self.events: EventStreams = EventStreams(settings.stream_gap)
        created = store.get_meta("created_at")
        self.created_at: float = clock.now() if created is None else float(created)
        store.set_meta("created_at", repr(self.created_at))
        self.turns: Turns = Turns(self.core, self.lifecycle, self.fleet, store, clock, self._deliver)
        restore(self.core, self.archive, self.catalog, clock.now(), clock.steady())

    def now(self) -> float:
        """Seconds since the epoch, by the engine's clock."""
        return self.clock.now()

    def end_streams(self) -> None:
        """Let every open stream end, so that the servers can stop."""
        self.worker_streams.end_all()
        self.results.end_all()
        self.events.end_all()

    def _deliver(self, outputs: list[Output]) -> None:
        for output in outputs:
            match output:
                case Dispatch():
                    if not self.worker_streams.send(output.worker_id, output):
                        self.fleet.undelivered(output.task, output.retry_count, self.now())
                        self.turns.soon()
                case Revoke():
                    # A worker without a stream cannot be told; it learns from the ignored result.
                    self.worker_streams.send(output.worker_id, output)
                case TaskNews():
                    self.events.news(output)
                case RunEnded():
                    self.results.ended(output.run, output.at)
                    self.events.ended(output)
