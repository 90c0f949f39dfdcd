"""Who wants to hear what: worker streams, result streams and event streams."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from hatchet.engine.delivery import messages
from hatchet.engine.delivery.chunks import ChunkOrder
from hatchet.engine.delivery.outbox import Outbox
from hatchet.engine.state import jsontext
from hatchet.engine.state.changes import News, RunEnded, TaskNews, ToWorker
from hatchet.engine.state.clock import Clock, Handle
from hatchet.engine.state.model import Run, TaskRun
from hatchet_api.grpc import dispatcher_pb2

MAX_UNREAD_RESULTS = 100_000
MAX_UNREAD_EVENTS = 100_000
MAX_HELD_CHUNKS = 10_000


class WorkerStreams:
    """The open streams of each worker; the newest one is used."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._boxes: dict[str, list[Outbox[ToWorker]]] = {}

    def open(self, worker_id: str) -> Outbox[ToWorker]:
        """A new stream of a worker."""
        box: Outbox[ToWorker] = Outbox(self._limit)
        self._boxes.setdefault(worker_id, []).append(box)
        return box

    def close(self, worker_id: str, box: Outbox[ToWorker]) -> None:
        """A stream of a worker has ended."""
        box.close()
        boxes = self._boxes.get(worker_id, [])
        if box in boxes:
            boxes.remove(box)
        if not boxes:
            self._boxes.pop(worker_id, None)

    def end(self, worker_id: str) -> None:
        """Let all streams of a worker end."""
        for box in self._boxes.get(worker_id, []):
            box.close()

    def end_all(self) -> None:
        """Let all streams end."""
        for worker_id in list(self._boxes):
            self.end(worker_id)

    def send(self, worker_id: str, item: ToWorker) -> bool:
        """Pass something to a worker; False when it has no stream that takes it."""
        return any(box.put(item) for box in reversed(self._boxes.get(worker_id, [])))


class ResultStreams:
    """Streams that wait for runs to end."""

    def __init__(self) -> None:
        self._waiting: dict[str, dict[Outbox[dispatcher_pb2.WorkflowRunEvent], None]] = {}  # in order
        self._boxes: dict[Outbox[dispatcher_pb2.WorkflowRunEvent], set[str]] = {}

    def open(self) -> Outbox[dispatcher_pb2.WorkflowRunEvent]:
        """A new stream, waiting for nothing yet."""
        box: Outbox[dispatcher_pb2.WorkflowRunEvent] = Outbox(MAX_UNREAD_RESULTS)
        self._boxes[box] = set()
        return box

    def want(self, box: Outbox[dispatcher_pb2.WorkflowRunEvent], run_id: str) -> None:
        """Tell this stream when the run ends."""
        self._waiting.setdefault(run_id, {})[box] = None
        self._boxes[box].add(run_id)

    def close(self, box: Outbox[dispatcher_pb2.WorkflowRunEvent]) -> None:
        """A stream has ended."""
        box.close()
        for run_id in self._boxes.pop(box, set()):
            waiting = self._waiting[run_id]
            waiting.pop(box, None)
            if not waiting:
                del self._waiting[run_id]

    def end_all(self) -> None:
        """Let all streams end."""
        for box in self._boxes:
            box.close()

    def ended(self, run: Run, now: float) -> None:
        """Tell everyone who waits for a run, once."""
        boxes = self._waiting.pop(run.id, None)
        if not boxes:
            return
        message = messages.run_finished(run, now)
        for box in boxes:
            self._boxes[box].discard(run.id)
            box.put(message)


class EventStream:
    """One subscription to what happens in a run, or in all runs with a metadata pair."""

    def __init__(self, clock: Clock, gap: float, wants: Callable[[Run], bool], only: str | None) -> None:
        self.box: Outbox[dispatcher_pb2.WorkflowEvent] = Outbox(MAX_UNREAD_EVENTS)
        self._clock = clock
        self._gap = gap
        self._wants = wants
        self._only = only
        self._order: ChunkOrder[dispatcher_pb2.WorkflowEvent] = ChunkOrder(MAX_HELD_CHUNKS)
        self._gaps: dict[str, Handle] = {}

    def news(self, news: TaskNews) -> None:
        """Pass on a step in the life of a task."""
        if not self._wants(news.task.run):
            return
        if news.kind is not News.CREATED:
            self._stop_gap(news.task.id)
            # A later attempt counts from 0 again; what arrives after the last one is passed on as it comes.
            end = self._order.give_up if news.task.status.final else self._order.forget
            self._put_all(end(news.task.id))
        self.box.put(messages.task_event(news))

    def chunk(self, task: TaskRun, event: dispatcher_pb2.WorkflowEvent, index: int | None) -> None:
        """Pass on a chunk of a task's stream, in order."""
        if not self._wants(task.run):
            return
        self._put_all(self._order.add(task.id, index, event))
        if not self._order.waiting(task.id):
            self._stop_gap(task.id)
        elif task.id not in self._gaps:
            self._gaps[task.id] = self._clock.call_in(self._gap, partial(self._gap_over, task.id))

    def ended(self, run: Run, now: float) -> None:
        """Pass on that a run has ended, which ends a subscription to this run."""
        if not self._wants(run):
            return
        for task in run.tasks.values():
            self._stop_gap(task.id)
            self._put_all(self._order.forget(task.id))
        self.box.put(messages.hang_up(run, now))
        if self._only is not None:
            self.box.close()

    def close(self) -> None:
        """The subscription has ended."""
        self.box.close()
        for handle in self._gaps.values():
            handle.cancel()
        self._gaps.clear()

    def _gap_over(self, task_id: str) -> None:
        del self._gaps[task_id]
        self._put_all(self._order.give_up(task_id))

    def _stop_gap(self, task_id: str) -> None:
        if handle := self._gaps.pop(task_id, None):
            handle.cancel()

    def _put_all(self, events: list[dispatcher_pb2.WorkflowEvent]) -> None:
        for event in events:
            self.box.put(event)


class EventStreams:
    """All event subscriptions."""

    def __init__(self, clock: Clock, gap: float) -> None:
        self._clock = clock
        self._gap = gap
        self._streams: dict[EventStream, str | None] = {}
        self._by_run: dict[str, list[EventStream]] = {}
        self._by_metadata: list[EventStream] = []

    def follow_run(self, run_id: str) -> EventStream:
        """Subscribe to one run."""
        stream = EventStream(self._clock, self._gap, lambda run: run.id == run_id, run_id)
        self._streams[stream] = run_id
        self._by_run.setdefault(run_id, []).append(stream)
        return stream

    def follow_metadata(self, key: str, value: str) -> EventStream:
        """Subscribe to all runs whose metadata holds a pair."""
        stream = EventStream(self._clock, self._gap, lambda run: _has_pair(run, key, value), None)
        self._streams[stream] = None
        self._by_metadata.append(stream)
        return stream

    def close(self, stream: EventStream) -> None:
        """A subscription has ended."""
        stream.close()
        run_id = self._streams.pop(stream, None)
        if run_id is None:
            if stream in self._by_metadata:
                self._by_metadata.remove(stream)
            return
        streams = self._by_run[run_id]
        streams.remove(stream)
        if not streams:
            del self._by_run[run_id]

    def end_all(self) -> None:
        """Let all subscriptions end."""
        for stream in self._streams:
            stream.box.close()

    def news(self, news: TaskNews) -> None:
        """Pass on a step in the life of a task."""
        for stream in self._of(news.task.run):
            stream.news(news)

    def chunk(self, task: TaskRun, text: str, index: int | None, now: float) -> None:
        """Pass on a chunk of a task's stream; nothing is kept of it."""
        for stream in self._of(task.run):
            stream.chunk(task, messages.chunk_event(task, text, index, now), index)

    def ended(self, ended: RunEnded) -> None:
        """Pass on that a run has ended."""
        for stream in self._of(ended.run):
            stream.ended(ended.run, ended.at)

    def _of(self, run: Run) -> list[EventStream]:
        by_run = self._by_run.get(run.id)
        if by_run is None:
            return self._by_metadata
        return [*by_run, *self._by_metadata]


def _has_pair(run: Run, key: str, value: str) -> bool:
    found = jsontext.object_or_empty(run.metadata).get(key)
    return found == value or (found is not None and not isinstance(found, str) and jsontext.dump(found) == value)
