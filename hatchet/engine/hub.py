"""All parts of one engine, put together; what the gRPC and the REST side work with."""

from __future__ import annotations

from collections.abc import Callable

from hatchet.engine.auth import Auth
from hatchet.engine.delivery.subscriptions import EventStreams, ResultStreams, WorkerStreams
from hatchet.engine.rules.assignment import Assignment
from hatchet.engine.rules.batches import Batches
from hatchet.engine.rules.catalog import Catalog
from hatchet.engine.rules.core import Core
from hatchet.engine.rules.crons import Crons
from hatchet.engine.rules.filters import Filters
from hatchet.engine.rules.fleet import Fleet
from hatchet.engine.rules.idempotency import Idempotency
from hatchet.engine.rules.ingestion import Ingestion
from hatchet.engine.rules.lifecycle import Lifecycle
from hatchet.engine.rules.limits import Limits
from hatchet.engine.rules.pausing import Pausing
from hatchet.engine.rules.places import Places
from hatchet.engine.rules.rate_limits import RateLimits
from hatchet.engine.rules.replays import Replays
from hatchet.engine.rules.schedules import Schedules
from hatchet.engine.rules.shelf import Shelf
from hatchet.engine.rules.triggering import Triggering
from hatchet.engine.rules.waiting import Waiting
from hatchet.engine.rules.webhooks import Webhook
from hatchet.engine.state.changes import BatchDispatch, Dispatch, Output, Revoke, RunEnded, TaskNews
from hatchet.engine.state.clock import Clock
from hatchet.engine.state.model import Run, TaskRun
from hatchet.engine.state.settings import EngineSettings
from hatchet.engine.state.timers import TimerKind
from hatchet.engine.storage.archive import DefinitionReader, SqliteArchive, restore
from hatchet.engine.storage.store import Store
from hatchet.engine.turns import Turns


class Hub:
    """One engine without its servers."""

    def __init__(
        self, store: Store, auth: Auth, settings: EngineSettings, clock: Clock, define: DefinitionReader
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.auth = auth
        self.tenant_id: str = auth.tenant_id
        self.store = store
        self.archive: SqliteArchive = SqliteArchive(store.db, define)
        self.core: Core = Core(settings, self.archive)
        self.limits: Limits = Limits(self.core)
        self.rate_limits: RateLimits = RateLimits(self.core)
        self.idempotency: Idempotency = Idempotency(self.core)
        self.batches: Batches = Batches(self.core, self.rate_limits)
        self.waiting: Waiting = Waiting(self.core)
        self.places: Places = Places(self.core, self.waiting, self.limits, self.rate_limits, self.batches)
        self.lifecycle: Lifecycle = Lifecycle(self.core, self.places, self.waiting, self.limits, self.idempotency)
        self.replays: Replays = Replays(self.core, self.lifecycle, self.waiting)
        self.assignment: Assignment = Assignment(self.core, self.lifecycle, self.rate_limits, self.batches)
        self.triggering: Triggering = Triggering(self.core, self.lifecycle, self.idempotency)
        self.fleet: Fleet = Fleet(self.core, self.lifecycle)
        self.catalog: Catalog = Catalog(self.core, self.limits)
        self.worker_streams: WorkerStreams = WorkerStreams(settings.max_unsent_actions)
        self.results: ResultStreams = ResultStreams()
        self.events: EventStreams = EventStreams(clock, settings.stream_gap)
        self.created_at: float = float(store.once("created_at", lambda: repr(clock.now())))
        self.pausing: Pausing = Pausing(self.core, self.places, self.lifecycle)
        self.filters: Filters = Filters(self.core)
        self.crons: Crons = Crons(self.core, self.triggering, self.pausing)
        self.schedules: Schedules = Schedules(self.core, self.triggering, self.pausing)
        self.webhooks: Shelf[Webhook] = Shelf(self.core, "webhook", Webhook)
        self.ingestion: Ingestion = Ingestion(self.core, self.catalog, self.filters, self.triggering, self.lifecycle)
        self.turns: Turns = Turns(
            self.core, self.assignment, store.commit, clock, self._deliver, self._abandon, self._due()
        )
        self._restore()
        self.pausing.ended.append(self.schedules.unpaused)
        for follower in (self.filters, self.crons, self.schedules, self.pausing):
            self.catalog.follow(follower)

    def now(self) -> float:
        """Seconds since the epoch, by the engine's clock."""
        return self.clock.now()

    def end_streams(self) -> None:
        """Let every open stream end, so that the servers can stop."""
        self.worker_streams.end_all()
        self.results.end_all()
        self.events.end_all()

    def _restore(self) -> None:
        now = self.now()
        self.pausing.shelf.load(self.archive.kept("pause"))
        self.pausing.resume()
        self.rate_limits.shelf.load(self.archive.kept("rate_limit"))
        self.rate_limits.pauses.load(self.archive.kept("rate_pause"))
        self.rate_limits.resume(now)
        self.idempotency.shelf.load(self.archive.kept("idempotency"))
        self.idempotency.resume()
        restore(
            self.core,
            self.archive,
            self.catalog,
            self.limits,
            self.batches,
            self.places,
            self.waiting,
            now,
            self.clock.steady(),
        )
        self.webhooks.load(self.archive.kept("webhook"))
        self.filters.load(self.archive.kept("filter"))
        self.crons.shelf.load(self.archive.kept("cron"))
        self.crons.resume(now)
        self.schedules.shelf.load(self.archive.kept("schedule"))
        self.schedules.resume()

    def _due(self) -> dict[TimerKind, Callable[[str, float], None]]:
        """Who sees to what becomes due."""
        lifecycle = self.lifecycle

        def with_task(act: Callable[[TaskRun, float], None]) -> Callable[[str, float], None]:
            def due(task_id: str, now: float) -> None:
                task = self.core.tasks.get(task_id)
                if task is not None:
                    act(task, now)

            return due

        return {
            TimerKind.SCHEDULE: with_task(lifecycle.schedule_timeout),
            TimerKind.EXECUTION: with_task(lifecycle.execution_timeout),
            TimerKind.RETRY: with_task(lifecycle.backoff_over),
            TimerKind.WAIT: with_task(lifecycle.slept),
            TimerKind.PAUSED: with_task(self.pausing.expired),
            TimerKind.CRON: self.crons.due,
            TimerKind.BATCH: self.batches.due,
            TimerKind.RATE: self.rate_limits.due,
            TimerKind.KEY: self.idempotency.due,
            TimerKind.CLOCK: self.schedules.due,
            TimerKind.WORKER: lambda worker_id, now: self.fleet.check(worker_id, now, self.clock.steady()),
        }

    def _abandon(self, run: Run) -> None:
        """End a run that is not stored, and store nothing of its end."""
        changes = self.core.changes
        finished = changes.finished_runs
        self.lifecycle.cancel_run(run, self.now(), "The engine cannot store this run")
        # No worker has heard of it yet. (The members of a batch that have ended are left out when it is sent.)
        self.core.outputs = [
            each
            for each in self.core.outputs
            if not (isinstance(each, (Dispatch, Revoke)) and each.task.run is run and not run.stored)
        ]
        if not run.stored:
            changes.runs.pop(run.id, None)
            changes.finished_runs = finished
        for task in run.tasks.values():
            if not task.stored:
                changes.tasks.pop(task.id, None)

    def _deliver(self, output: Output) -> None:
        match output:
            case Dispatch():
                if not self.worker_streams.send(output.worker_id, output):
                    self.fleet.undelivered(output.task, output.retry_count, self.now())
                    self.turns.soon()
            case BatchDispatch():
                if not self.worker_streams.send(output.worker_id, output):
                    for task, retry_count in output.tasks:
                        self.fleet.undelivered(task, retry_count, self.now())
                    self.turns.soon()
            case Revoke():
                # A worker without a stream cannot be told; it learns from the ignored result.
                self.worker_streams.send(output.worker_id, output)
            case TaskNews():
                self.events.news(output)
            case RunEnded():
                self.results.ended(output.run, output.at)
                self.events.ended(output)
