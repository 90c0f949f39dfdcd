"""Status codes → the error tree: gRPC's here, REST's too, so that one failure has one class."""

from __future__ import annotations

import grpc
import grpc.aio

from hatchet.errors import (
    AlreadyExists,
    ApiError,
    DeadlineExceeded,
    FailedPrecondition,
    InvalidRequest,
    NotFound,
    PermissionDenied,
    RateLimited,
    ServerError,
    Unauthenticated,
    Unavailable,
    Unsupported,
)

_BY_CODE: dict[grpc.StatusCode, tuple[type[ApiError], str]] = {
    grpc.StatusCode.INVALID_ARGUMENT: (InvalidRequest, "the engine found the request malformed"),
    grpc.StatusCode.NOT_FOUND: (NotFound, "the engine has no such object"),
    grpc.StatusCode.ALREADY_EXISTS: (AlreadyExists, "it exists already"),
    grpc.StatusCode.UNAUTHENTICATED: (Unauthenticated, "the engine refused the token; check HATCHET_CLIENT_TOKEN"),
    grpc.StatusCode.PERMISSION_DENIED: (PermissionDenied, "the token may not do this"),
    grpc.StatusCode.RESOURCE_EXHAUSTED: (RateLimited, "a limit is reached"),
    grpc.StatusCode.FAILED_PRECONDITION: (FailedPrecondition, "the object is not in the state for this"),
    grpc.StatusCode.UNIMPLEMENTED: (Unsupported, "this engine does not serve the call"),
    grpc.StatusCode.DEADLINE_EXCEEDED: (DeadlineExceeded, "the engine did not answer in time"),
    grpc.StatusCode.UNAVAILABLE: (Unavailable, "the engine cannot be reached; is it running, and is host_port right?"),
    grpc.StatusCode.CANCELLED: (Unavailable, "the connection was closed"),
}


def from_rpc(error: grpc.aio.AioRpcError, call: str) -> ApiError:
    """The error of a failed call, in this package's words with the engine's behind them."""
    code = error.code()
    kind, meaning = _BY_CODE.get(code, (ServerError, "the engine failed"))
    raised = kind(f"{call}: {meaning} ({code.name}: {error.details()})", code=code.name, call=call)
    if isinstance(raised, Unavailable):
        raised.sent = "failed to connect" not in (error.details() or "")
    return raised
