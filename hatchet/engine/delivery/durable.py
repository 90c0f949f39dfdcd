"""The streams of durable tasks, and the messages on them."""

from __future__ import annotations

from hatchet.engine.delivery.outbox import Outbox
from hatchet.engine.state.changes import (
    Answer,
    Asked,
    ChildrenStarted,
    InvocationEvicted,
    InvocationOver,
    MemoFound,
    RequestFailed,
    WaitBegun,
)
from hatchet.engine.state.durable import LogEntry
from hatchet.engine.state.errors import Refused
from hatchet.engine.state.settings import MAX_MESSAGE_BYTES
from hatchet_api.grpc.v1 import dispatcher_pb2 as pb

MAX_UNREAD = 100_000
ROOM = 16 * 1024
"""Bytes of a message left for everything that is not a result."""

Box = Outbox[pb.DurableTaskResponse]


class DurableStream:
    """One stream of one worker."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.box: Box = Outbox(MAX_UNREAD)
        self.worker_id: str | None = None
        self.failure: Refused | None = None
        """Why the engine ended it."""

    def fail(self, failure: Refused) -> None:
        """End it with an error."""
        self.failure = failure
        self.box.close()


class DurableStreams:
    """The open streams; of each worker only the newest."""

    def __init__(self) -> None:
        self._last = 0
        self._streams: dict[int, DurableStream] = {}
        self._of_worker: dict[str, DurableStream] = {}

    def open(self) -> DurableStream:
        """A new stream."""
        self._last += 1
        stream = self._streams[self._last] = DurableStream(self._last)
        return stream

    def close(self, stream: DurableStream) -> None:
        """A stream has ended."""
        stream.box.close()
        self._streams.pop(stream.number, None)
        if stream.worker_id is not None and self._of_worker.get(stream.worker_id) is stream:
            del self._of_worker[stream.worker_id]

    def belongs(self, stream: DurableStream, worker_id: str) -> None:
        """A stream is a worker's; the one that it had before is over."""
        former = self._of_worker.get(worker_id)
        if former is not None and former is not stream:
            self.close(former)
        stream.worker_id = worker_id
        self._of_worker[worker_id] = stream
        greeting = pb.DurableTaskResponseRegisterWorker(worker_id=worker_id)
        stream.box.put(pb.DurableTaskResponse(register_worker=greeting))

    def end_all(self, failure: Refused | None = None) -> None:
        """Let all streams end, with an error if one is given."""
        for stream in self._streams.values():
            if failure is not None:
                stream.fail(failure)
            stream.box.close()

    def answer(self, item: Answer) -> None:
        """Tell something on the stream that it is meant for; one that has ended asks again on the next."""
        stream = self._streams.get(item.asked.stream)
        if stream is not None:
            stream.box.put(message(item))


def message(item: Answer) -> pb.DurableTaskResponse:
    """An answer as the wire has it."""
    asked, reply = item.asked, item.reply
    match reply:
        case LogEntry():
            return completion(asked, reply)
        case MemoFound(entry, existed):
            ack = pb.DurableTaskEventMemoAckResponse(ref=_ref(asked, entry), memo_already_existed=existed)
            if (size := _too_large(entry.result)) is not None:
                return _failed(asked, f"the value of a memo takes {size}", entry)
            if entry.satisfied:
                ack.memo_result_payload = entry.result
            return pb.DurableTaskResponse(memo_ack=ack)
        case ChildrenStarted(entries):
            return pb.DurableTaskResponse(
                trigger_runs_ack=pb.DurableTaskEventTriggerRunsAckResponse(
                    durable_task_external_id=asked.task_id,
                    invocation_count=asked.invocation,
                    run_entries=[
                        pb.DurableTaskRunAckEntry(
                            node_id=each.spot.node,
                            branch_id=each.spot.branch,
                            workflow_run_external_id=each.child_id or "",
                        )
                        for each in entries
                    ],
                )
            )
        case WaitBegun(entry):
            wait = pb.DurableTaskEventWaitForAckResponse(ref=_ref(asked, entry))
            return pb.DurableTaskResponse(wait_for_ack=wait)
        case InvocationEvicted():
            evicted = pb.DurableTaskEvictionAckResponse(
                invocation_count=asked.invocation, durable_task_external_id=asked.task_id
            )
            return pb.DurableTaskResponse(eviction_ack=evicted)
        case InvocationOver(reason):
            notice = pb.DurableTaskServerEvictNotice(
                durable_task_external_id=asked.task_id, invocation_count=asked.invocation, reason=reason
            )
            return pb.DurableTaskResponse(server_evict=notice)
        case RequestFailed(text, spot):
            error = pb.DurableTaskErrorResponse(
                ref=pb.DurableEventLogEntryRef(
                    durable_task_external_id=asked.task_id,
                    invocation_count=asked.invocation,
                    branch_id=spot.branch if spot is not None else 0,
                    node_id=spot.node if spot is not None else 0,
                ),
                error_type=pb.DURABLE_TASK_ERROR_TYPE_NONDETERMINISM
                if spot is not None
                else pb.DURABLE_TASK_ERROR_TYPE_UNSPECIFIED,
                error_message=text,
            )
            return pb.DurableTaskResponse(error=error)


def completion(asked: Asked, entry: LogEntry) -> pb.DurableTaskResponse:
    """The message that an entry has its result."""
    done = pb.DurableTaskEventLogEntryCompletedResponse(
        ref=_ref(asked, entry), payload=entry.result, satisfied_order=entry.position
    )
    error = entry.error
    if (size := _too_large(entry.result)) is not None:
        error = f"the result takes {size}"
    if error is not None:
        done.payload = b""
        done.is_failure = True
        done.error_message = error
    return pb.DurableTaskResponse(entry_completed=done)


def _ref(asked: Asked, entry: LogEntry) -> pb.DurableEventLogEntryRef:
    return pb.DurableEventLogEntryRef(
        durable_task_external_id=asked.task_id,
        invocation_count=asked.invocation,
        branch_id=entry.spot.branch,
        node_id=entry.spot.node,
    )


def _too_large(result: bytes) -> str | None:
    if len(result) + ROOM <= MAX_MESSAGE_BYTES:
        return None
    return f"{len(result)} bytes, more than a message may hold ({MAX_MESSAGE_BYTES}); return less, or a reference"


def _failed(asked: Asked, text: str, entry: LogEntry) -> pb.DurableTaskResponse:
    error = pb.DurableTaskErrorResponse(ref=_ref(asked, entry), error_message=text)
    return pb.DurableTaskResponse(error=error)
