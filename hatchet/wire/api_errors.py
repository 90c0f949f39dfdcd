"""The errors of failed calls: from status codes and their details to the error tree."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from datetime import timedelta

from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.duration_pb2 import Duration
from google.protobuf.empty_pb2 import Empty
from google.protobuf.message import DecodeError as DecodeError
from google.protobuf.unknown_fields import UnknownFieldSet

from hatchet.config import ClientConfig, Proxy
from hatchet.errors import (
    AlreadyExists,
    ApiError,
    BulkTriggerIdempotencyCollisionError,
    DeadlineExceeded,
    FailedPrecondition,
    IdempotencyCollision,
    IdempotencyCollisionError,
    InvalidRequest,
    NotFound,
    PayloadTooLarge,
    PermissionDenied,
    RateLimited,
    ServerError,
    TlsError,
    Unauthenticated,
    Unavailable,
    Unsupported,
)
from hatchet.transport import tls
from hatchet.transport.retry import wait_of
from hatchet_api.calls import CallError, StatusCode
from hatchet_api.grpc import packing
from hatchet_api.grpc.v1 import workflows_pb2 as v1

_BY_CODE: dict[StatusCode, tuple[type[ApiError], str]] = {
    StatusCode.INVALID_ARGUMENT: (InvalidRequest, "the engine found the request malformed"),
    StatusCode.NOT_FOUND: (NotFound, "the engine has no such object"),
    StatusCode.ALREADY_EXISTS: (AlreadyExists, "it exists already"),
    StatusCode.UNAUTHENTICATED: (Unauthenticated, "the engine refused the token; check HATCHET_CLIENT_TOKEN"),
    StatusCode.PERMISSION_DENIED: (PermissionDenied, "the token may not do this"),
    StatusCode.RESOURCE_EXHAUSTED: (RateLimited, "a limit is reached"),
    StatusCode.FAILED_PRECONDITION: (FailedPrecondition, "the object is not in the state for this"),
    StatusCode.UNIMPLEMENTED: (Unsupported, "this engine does not serve the call"),
    StatusCode.DEADLINE_EXCEEDED: (DeadlineExceeded, "the engine did not answer in time"),
    StatusCode.UNAVAILABLE: (Unavailable, "the engine cannot be reached; is it running, and is host_port right?"),
    StatusCode.CANCELLED: (Unavailable, "the connection was closed"),
}


NOT_CONNECTED = "failed to connect"
UNREACHABLE = ("Connection refused", "DNS resolution failed", "No route to host")  # nothing there to ask
NAMED = 3  # runs that an error names; `.collisions` has all
DETAILS = "grpc-status-details-bin"
DETAILS_FIELD = 3  # of google.rpc.Status, which holds messages that say more
RETRY_DELAY_FIELD = 1  # of google.rpc.RetryInfo

#: How gRPC says that a message is too large, in C and in Go, and what a proxy's 413 becomes. The engine's own limits
#: have the same status.
TOO_LARGE = re.compile(r"message (after decompression )?larger than max|http2 header with status: 413", re.IGNORECASE)
TOO_LARGE_CODES = (StatusCode.RESOURCE_EXHAUSTED, StatusCode.UNKNOWN, StatusCode.INTERNAL)
#: Of these the ones about an answer, which the engine has made: it has acted.
OF_AN_ANSWER = re.compile(r"CLIENT: Received|SERVER: Sent|trying to send")
#: And those of older versions, which do not say on which side it was.
OF_EITHER = re.compile(r"^(Sent|Received) message")


def from_call(error: CallError, call: str, proxy: Proxy | None = None) -> ApiError:
    """The error of a failed call, in this package's words with the engine's behind them."""
    code = error.code
    details = _details(error)
    if code is StatusCode.ALREADY_EXISTS and (collision := _collision(error, details, call)) is not None:
        return collision
    retry_after = _retry_after(details)
    if retry_after is None and code in TOO_LARGE_CODES and TOO_LARGE.search(error.details):
        return _too_large(error, call)
    kind, words = _BY_CODE.get(code, (ServerError, "the engine failed"))
    through = f" through {proxy}" if proxy is not None and code is StatusCode.UNAVAILABLE else ""
    raised = kind(
        f"{call}: {words} ({code.name}{through}: {error.details})",
        code=code.name,
        call=call,
        retry_after=retry_after,
    )
    if isinstance(raised, Unavailable):
        raised.sent = NOT_CONNECTED not in error.details
    return raised


def _too_large(error: CallError, call: str) -> PayloadTooLarge:
    if OF_AN_ANSWER.search(error.details):
        happened = "the engine has done it, but its answer is larger than the limit"
    elif OF_EITHER.search(error.details):
        happened = "a message is larger than the limit, and the engine may have done it"
    else:
        happened = "the message is larger than the limit, and nothing was done"
    raised = PayloadTooLarge(
        f"{call}: {happened}; pass large data by reference or ask for less at once, or raise "
        "grpc_max_send_message_length and grpc_max_recv_message_length here, and the limit on the engine "
        f"({error.code.name}: {error.details})",
        code=error.code.name,
        call=call,
    )
    raised.sent = not happened.endswith("nothing was done")
    return raised


async def tls_mistake(error: Unavailable, config: ClientConfig) -> TlsError | None:
    """What TLS has to do with a connection that did not come about, if anything. Asks the server."""
    said = str(error)
    if NOT_CONNECTED not in said or any(words in said for words in UNREACHABLE):
        return None
    found = await asyncio.to_thread(tls.mistake, config, tls.grpc_side(config), said)
    return None if found is None else TlsError(f"{error.call}: {found}", code=error.code, call=error.call)


def _collision(error: CallError, details: Sequence[AnyMessage], call: str) -> AlreadyExists | None:
    """What the details of a refused trigger say about idempotency keys, if anything."""
    for packed in details:
        try:
            one = packing.unpack(packed, v1.IdempotencyCollisionError)
            many = packing.unpack(packed, v1.BulkTriggerIdempotencyCollisionError)
        except DecodeError:
            continue
        if one is not None:
            return IdempotencyCollisionError(
                f"{call}: run {one.existing_run_external_id} holds the idempotency key, so that no new one was started",
                code=error.code.name,
                call=call,
                existing_run_id=one.existing_run_external_id,
                colliding_run_id=one.colliding_run_external_id,
            )
        if many is not None:
            return bulk_collision(
                call,
                many.successful_workflow_run_external_ids,
                [
                    IdempotencyCollision(each.existing_run_external_id, each.colliding_run_external_id)
                    for each in many.collisions
                ],
            )
    return None


def bulk_collision(
    call: str, run_ids: Sequence[str], collisions: Sequence[IdempotencyCollision]
) -> BulkTriggerIdempotencyCollisionError:
    """The error of a bulk trigger of which some runs were not started."""
    held = ", ".join(each.existing_run_id for each in collisions[:NAMED])
    more = f" and {len(collisions) - NAMED} more" if len(collisions) > NAMED else ""
    return BulkTriggerIdempotencyCollisionError(
        f"{call}: {len(collisions)} of {len(run_ids) + len(collisions)} runs were not started, because others hold "
        f"their idempotency keys: {held}{more}; `.run_ids` are those that were started",
        code=StatusCode.ALREADY_EXISTS.name,
        call=call,
        run_ids=run_ids,
        collisions=collisions,
    )


def _retry_after(details: Sequence[AnyMessage]) -> timedelta | None:
    """How long the engine asks to wait, in the details of a refusal."""
    for packed in details:
        if packed.type_url.endswith("/google.rpc.RetryInfo"):
            try:
                for delay in _parts(packed.value, RETRY_DELAY_FIELD):
                    found = Duration.FromString(delay)
                    return wait_of(found.seconds + found.nanos / 1e9)
            except DecodeError:
                continue
    return None


def _details(error: CallError) -> list[AnyMessage]:
    """The messages in the details of a status; none where they cannot be read, as the status says enough."""
    for key, value in error.trailing_metadata:
        if key == DETAILS and isinstance(value, bytes):
            try:
                return [AnyMessage.FromString(part) for part in _parts(value, DETAILS_FIELD)]
            except DecodeError:
                return []
    return []


def _parts(data: bytes, number: int) -> list[bytes]:
    """What a field holds of a message of google.rpc, none of which are among this package's."""
    message = Empty()
    message.ParseFromString(data)
    fields = UnknownFieldSet(message)
    every = [fields[index] for index in range(len(fields))]
    return [field.data for field in every if field.field_number == number]
