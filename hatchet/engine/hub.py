"""All parts of one engine, put together; what the gRPC and the REST side work with."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection

from hatchet.engine.auth import Auth
from hatchet.engine.delivery.durable import DurableStreams
from hatchet.engine.delivery.subscriptions import EventStreams, ResultStreams, WorkerStreams
from hatchet.engine.delivery.topics import TopicReaders
from hatchet.engine.rules.assignment import Assignment
from hatchet.engine.rules.batches import Batches
from hatchet.engine.rules.branching import Branching
from hatchet.engine.rules.catalog import Catalog
from hatchet.engine.rules.core import Core
from hatchet.engine.rules.crons import Crons
from hatchet.engine.rules.durable import Durable
from hatchet.engine.rules.event_logs import EventLogs
from hatchet.engine.rules.eviction import Eviction
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
from hatchet.engine.state.changes import (
    Answer,
    BatchDispatch,
    Changes,
    Dispatch,
    Output,
    Revoke,
    RunEnded,
    TaskNews,
)
from hatchet.engine.state.clock import Clock, Timekeeper
from hatchet.engine.state.errors import Code, Refused, StorageError
from hatchet.engine.state.model import TaskRun
from hatchet.engine.state.settings import EngineSettings
from hatchet.engine.state.timers import TimerKind
from hatchet.engine.storage.archive import DefinitionReader, SqliteArchive, restore
from hatchet.engine.storage.retention import Deleted, Retention
from hatchet.engine.storage.store import Store
from hatchet.engine.turns import Turns

logger: logging.Logger = logging.getLogger(__name__)

TIDY_SOON = 0.05
"""Seconds until the next step where one step did not delete everything that is to be deleted."""


class Hub:
    """One engine without its servers.

    The parts that decide are made from what is stored: at the start, and again whenever something could not be stored.
    So nobody may keep one of them, or a run, task or worker, while waiting for something.
    """

    core: Core
    limits: Limits
    rate_limits: RateLimits
    idempotency: Idempotency
    batches: Batches
    waiting: Waiting
    places: Places
    lifecycle: Lifecycle
    eviction: Eviction
    event_logs: EventLogs
    durable: Durable
    branching: Branching
    replays: Replays
    assignment: Assignment
    triggering: Triggering
    fleet: Fleet
    catalog: Catalog
    pausing: Pausing
    filters: Filters
    crons: Crons
    schedules: Schedules
    webhooks: Shelf[Webhook]
    ingestion: Ingestion

    def __init__(
        self, store: Store, auth: Auth, settings: EngineSettings, clock: Clock, define: DefinitionReader
    ) -> None:
        self.settings = settings
        self.clock: Timekeeper = Timekeeper(clock, self._clock_was_set)
        self.auth = auth
        self.tenant_id: str = auth.tenant_id
        self.store = store
        self.archive: SqliteArchive = SqliteArchive(store.db, define)
        self.retention: Retention = Retention(store, settings)
        self.worker_streams: WorkerStreams = WorkerStreams(settings.max_unsent_actions)
        self.durable_streams: DurableStreams = DurableStreams()
        self.results: ResultStreams = ResultStreams()
        self.events: EventStreams = EventStreams(clock, settings.stream_gap)
        self.topic_readers: TopicReaders = TopicReaders()
        self.created_at: float = float(store.once("created_at", lambda: repr(clock.now())))
        self._tidy_due = True
        self.turns: Turns = Turns(self, store, self.clock)
        self._assemble()
        self._restore(unconfirmed=None)
        self.fleet.resume(self.now())

    def now(self) -> float:
        """Seconds since the epoch, by the engine's clock."""
        return self.clock.now()

    def end_streams(self) -> None:
        """Let every open stream end, so that the servers can stop."""
        self.worker_streams.end_all()
        self.durable_streams.end_all()
        self.results.end_all()
        self.events.end_all()
        self.topic_readers.end_all()

    # -- what the turns ask for -------------------------------------------------------------------------------------

    def rebuild(self) -> None:
        """Make the state what is stored, with the workers and streams that there are."""
        streams = self.event_logs.streams
        former, ticks, now = self.core, self.crons.next_times(), self.now()
        unconfirmed = {(task.id, task.retry_count) for task in former.tasks.values() if task.unconfirmed}
        self._assemble()
        self._restore(unconfirmed)
        self.event_logs.streams = streams
        self.fleet.carry_over(former.scheduler.workers.values())
        self.fleet.resume(now)
        for cron_id, at in ticks.items():
            self.crons.owe(cron_id, at, now)  # those of a time that was skipped, or in which nothing could be stored

    def lost(self) -> None:
        """End the streams that cannot be told what was lost; their workers open others and ask."""
        failure = Refused(Code.UNAVAILABLE, "the embedded engine could not store what was asked for on this stream")
        self.durable_streams.end_all(failure)

    def shift(self, jump: float) -> None:
        """Move the deadlines along with a wall clock that was set, in what is stored and in the state."""
        self.store.shift(jump)
        self.clock.take_up(jump)

    def tidy(self, now: float) -> None:
        """Delete a little of what is too old or too much, when it is time for that."""
        if not self._tidy_due:
            return
        self._tidy_due = False
        try:
            deleted = self.retention.step(now)
        except StorageError as error:
            logger.debug("nothing can be deleted yet: %s", error)
            deleted = Deleted((), False)
        self.core.forget(deleted.runs)
        self.core.timers.set(TimerKind.TIDY, "", now + (TIDY_SOON if deleted.more else self.settings.tidy_every))

    def stored(self, changes: Changes) -> None:
        """Note what has been stored."""
        self.event_logs.trim()
        for message in changes.published:
            self.topic_readers.published((message.namespace, message.topic))
        if self.retention.count(changes.finished_runs, len(changes.pushed), len(changes.published)):
            self._tidy_due = True

    def due(self, kind: TimerKind, key: str, now: float) -> None:
        """See to what becomes due."""
        lifecycle = self.lifecycle
        match kind:
            case TimerKind.CRON:
                at = self.crons.next_times().get(key)
                if at is not None:
                    self._owe(key, at)
                self.crons.due(key, now)
            case TimerKind.BATCH:
                self.batches.due(key, now)
            case TimerKind.RATE:
                self.rate_limits.due(key, now)
            case TimerKind.KEY:
                self.idempotency.due(key, now)
            case TimerKind.CLOCK:
                self.schedules.due(key, now)
            case TimerKind.WORKER:
                self.fleet.check(key, now, self.clock.steady())
            case TimerKind.DURABLE:
                self.event_logs.slept(key, now)
            case TimerKind.RETURN:
                self.fleet.stayed_away(key, now)
            case TimerKind.TIDY:
                self._tidy_due = True
                self.fleet.forget_old(now)
            case _:
                of_task: dict[TimerKind, Callable[[TaskRun, float], None]] = {
                    TimerKind.SCHEDULE: lifecycle.schedule_timeout,
                    TimerKind.EXECUTION: lifecycle.execution_timeout,
                    TimerKind.RETRY: lifecycle.backoff_over,
                    TimerKind.WAIT: lifecycle.slept,
                    TimerKind.PAUSED: self.pausing.expired,
                }
                task = self.core.tasks.get(key)
                if task is not None:
                    of_task[kind](task, now)

    def deliver(self, output: Output) -> None:
        """Tell a worker or a subscriber."""
        match output:
            case Dispatch():
                if not self.worker_streams.send(output.worker_id, output):
                    self.undelivered(output.task.id, output.retry_count)
            case BatchDispatch():
                if not self.worker_streams.send(output.worker_id, output):
                    for task, retry_count in output.tasks:
                        self.undelivered(task.id, retry_count)
            case Revoke():
                # A worker without a stream cannot be told; it learns from the ignored result.
                self.worker_streams.send(output.worker_id, output)
            case Answer():
                self.durable_streams.answer(output)
            case TaskNews():
                self.events.news(output)
            case RunEnded():
                self.results.ended(output.run, output.at)
                self.events.ended(output)

    def undelivered(self, task_id: str, retry_count: int) -> None:
        """An attempt could not be sent to its worker."""
        name = ("undelivered", task_id, str(retry_count))
        self.turns.happened(name, lambda: self.fleet.undelivered(task_id, retry_count, self.now()))
        self.turns.soon()

    # -- inside -----------------------------------------------------------------------------------------------------

    def _assemble(self) -> None:
        self.core = core = Core(self.settings, self.archive)
        self.limits = Limits(core)
        self.rate_limits = RateLimits(core)
        self.idempotency = Idempotency(core)
        self.batches = Batches(core, self.rate_limits)
        self.waiting = Waiting(core)
        self.places = Places(core, self.waiting, self.limits, self.rate_limits, self.batches)
        self.lifecycle = Lifecycle(core, self.places, self.waiting, self.limits, self.idempotency)
        self.eviction = Eviction(core, self.places, self.lifecycle)
        self.event_logs = EventLogs(core, self.eviction)
        self.lifecycle.durable = self.event_logs
        self.replays = Replays(core, self.lifecycle, self.waiting)
        self.branching = Branching(self.event_logs, self.replays)
        self.assignment = Assignment(core, self.lifecycle, self.rate_limits, self.batches)
        self.triggering = Triggering(core, self.lifecycle, self.idempotency)
        self.durable = Durable(core, self.event_logs, self.eviction, self.triggering)
        self.fleet = Fleet(core, self.lifecycle)
        self.catalog = Catalog(core, self.limits)
        self.pausing = Pausing(core, self.places, self.lifecycle)
        self.filters = Filters(core)
        self.crons = Crons(core, self.triggering, self.pausing)
        self.schedules = Schedules(core, self.triggering, self.pausing)
        self.webhooks = Shelf(core, "webhook", Webhook)
        self.ingestion = Ingestion(core, self.catalog, self.filters, self.triggering, self.lifecycle)
        self.ingestion.heard.append(self.event_logs.event)

    def _clock_was_set(self) -> None:
        self.turns.set_clock_soon()

    def _owe(self, cron_id: str, at: float) -> None:
        self.turns.owed(("cron", cron_id), lambda: self.crons.owe(cron_id, at, self.now()))

    def _restore(self, unconfirmed: Collection[tuple[str, int]] | None) -> None:
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
            unconfirmed,
        )
        for entry in self.archive.open_entries():
            self.event_logs.resume(entry)
        self.webhooks.load(self.archive.kept("webhook"))
        self.filters.load(self.archive.kept("filter"))
        self.crons.shelf.load(self.archive.kept("cron"))
        self.crons.resume(now)
        self.schedules.shelf.load(self.archive.kept("schedule"))
        self.schedules.resume()
        self.core.timers.set(TimerKind.TIDY, "", now + self.settings.tidy_every)
        self.pausing.ended.append(self.schedules.unpaused)
        for follower in (self.filters, self.crons, self.schedules, self.pausing):
            self.catalog.follow(follower)
