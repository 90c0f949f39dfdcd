"""Statuses of the engine become errors that say what exists."""

from __future__ import annotations

from datetime import timedelta

import pytest
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.duration_pb2 import Duration

from hatchet import (
    AlreadyExists,
    BulkTriggerIdempotencyCollisionError,
    DedupeViolationError,
    IdempotencyCollisionError,
    errors,
)
from hatchet.config import Proxy
from hatchet.errors import IdempotencyCollision
from hatchet.wire import api_errors
from hatchet.wire.run_calls import not_started
from hatchet_api.calls import CallError, StatusCode
from hatchet_api.grpc import packing
from hatchet_api.grpc.v1 import workflows_pb2 as v1

PROXY = Proxy("proxy.example", 3128, "HTTPS_PROXY")
COLLISION = v1.IdempotencyCollisionError(existing_run_external_id="old", colliding_run_external_id="new")


def refused(*details: AnyMessage) -> CallError:
    """ALREADY_EXISTS with a google.rpc.Status: code 6, a message, then the details."""
    status = b"\x08\x06\x12\x01!" + b"".join(
        b"\x1a" + bytes([len(each.SerializeToString())]) + each.SerializeToString() for each in details
    )
    trailing = (("other", "x"), ("grpc-status-details-bin", status))
    return CallError(StatusCode.ALREADY_EXISTS, "idempotency key collision", trailing)


def test_a_collision_names_the_run_that_exists() -> None:
    error = api_errors.from_call(refused(packing.pack(COLLISION)), "TriggerWorkflow w")
    assert isinstance(error, IdempotencyCollisionError)
    assert (error.existing_run_id, error.colliding_run_id, error.code) == ("old", "new", "ALREADY_EXISTS")
    assert "run old holds the idempotency key" in str(error)


def test_a_bulk_collision_names_what_was_started_and_what_was_not() -> None:
    many = v1.BulkTriggerIdempotencyCollisionError(
        successful_workflow_run_external_ids=["a", "b"], collisions=[COLLISION]
    )
    error = api_errors.from_call(refused(packing.pack(many)), "BulkTriggerWorkflow")
    assert isinstance(error, BulkTriggerIdempotencyCollisionError)
    assert error.run_ids == ("a", "b")
    assert [each.existing_run_id for each in error.collisions] == ["old"]
    assert "1 of 3 runs were not started" in str(error)


@pytest.mark.parametrize("details", [(), (packing.pack(v1.Concurrency(expression="x")),)], ids=["none", "another"])
def test_a_refusal_without_such_details_is_an_ordinary_one(details: tuple[AnyMessage, ...]) -> None:
    error = api_errors.from_call(refused(*details), "TriggerWorkflow w")
    assert type(error) is AlreadyExists


def test_a_trigger_that_is_refused_as_a_duplicate_says_so_with_its_own_error() -> None:
    refusal = api_errors.from_call(refused(), "TriggerWorkflow w")
    error = not_started(refusal)
    assert type(error) is DedupeViolationError
    assert str(error) == str(refusal)


def test_a_refusal_for_its_rate_says_how_long_to_wait() -> None:
    delay = Duration(seconds=2, nanos=500_000_000).SerializeToString()
    info = AnyMessage(type_url="type.googleapis.com/google.rpc.RetryInfo", value=b"\x0a" + bytes([len(delay)]) + delay)
    error = api_errors.from_call(refused(info), "PushEvent e")
    assert error.retry_after == timedelta(seconds=2.5)
    assert api_errors.from_call(refused(), "PushEvent e").retry_after is None


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        (StatusCode.INVALID_ARGUMENT, errors.InvalidRequest, "the engine found the request malformed"),
        (StatusCode.NOT_FOUND, errors.NotFound, "the engine has no such object"),
        (StatusCode.ALREADY_EXISTS, errors.AlreadyExists, "it exists already"),
        (
            StatusCode.UNAUTHENTICATED,
            errors.Unauthenticated,
            "the engine refused the token; check HATCHET_CLIENT_TOKEN",
        ),
        (StatusCode.PERMISSION_DENIED, errors.PermissionDenied, "the token may not do this"),
        (StatusCode.RESOURCE_EXHAUSTED, errors.RateLimited, "a limit is reached"),
        (StatusCode.FAILED_PRECONDITION, errors.FailedPrecondition, "the object is not in the state for this"),
        (StatusCode.UNIMPLEMENTED, errors.Unsupported, "this engine does not serve the call"),
        (StatusCode.DEADLINE_EXCEEDED, errors.DeadlineExceeded, "the engine did not answer in time"),
        (
            StatusCode.UNAVAILABLE,
            errors.Unavailable,
            "the engine cannot be reached; is it running, and is host_port right?",
        ),
        (StatusCode.CANCELLED, errors.Unavailable, "the connection was closed"),
        (StatusCode.INTERNAL, errors.ServerError, "the engine failed"),
        (StatusCode.UNKNOWN, errors.ServerError, "the engine failed"),
    ],
)
def test_each_status_has_its_error_and_its_words(code: StatusCode, kind: type[errors.ApiError], words: str) -> None:
    error = api_errors.from_call(CallError(code, "its words"), "Call x")
    assert (type(error), str(error)) == (kind, f"Call x: {words} ({code.name}: its words)")
    assert (error.code, error.call, error.retry_after) == (code.name, "Call x", None)
    through = api_errors.from_call(CallError(code, "its words"), "Call x", PROXY)
    shown = f" through {PROXY}" if code is StatusCode.UNAVAILABLE else ""
    assert str(through) == f"Call x: {words} ({code.name}{shown}: its words)"


@pytest.mark.parametrize(("said", "sent"), [("failed to connect to all addresses", False), ("reset by peer", True)])
def test_what_found_no_connection_was_not_sent(said: str, sent: bool) -> None:
    assert api_errors.from_call(CallError(StatusCode.UNAVAILABLE, said), "Call").sent is sent


@pytest.mark.parametrize(
    ("code", "said", "words", "sent"),
    [
        (code, said, words, sent)
        for code in (StatusCode.RESOURCE_EXHAUSTED, StatusCode.UNKNOWN, StatusCode.INTERNAL)
        for said, words, sent in (
            (
                "CLIENT: Sent message larger than max",
                "the message is larger than the limit, and nothing was done",
                False,
            ),
            ("SERVER: Sent message larger than max", "the engine has done it, but its answer is larger", True),
            ("Received message larger than max", "and the engine may have done it", True),
            ("Received http2 header with status: 413", "and nothing was done", False),
        )
    ],
)
def test_a_message_that_is_too_large_says_what_was_done(code: StatusCode, said: str, words: str, sent: bool) -> None:
    error = api_errors.from_call(CallError(code, said), "Call x")
    assert type(error) is errors.PayloadTooLarge
    assert (error.code, error.call, error.sent) == (code.name, "Call x", sent)
    assert str(error).startswith("Call x: ")
    assert words in str(error)
    assert str(error).endswith(f"the limit on the engine ({code.name}: {said})")
    other = api_errors.from_call(CallError(StatusCode.INVALID_ARGUMENT, said), "Call x")
    assert type(other) is errors.InvalidRequest


@pytest.mark.parametrize(
    ("count", "named"), [(1, "1"), (3, "1, 2, 3"), (4, "1, 2, 3 and 1 more"), (5, "1, 2, 3 and 2 more")]
)
def test_a_bulk_collision_names_three_runs(count: int, named: str) -> None:
    collisions = [IdempotencyCollision(str(number + 1), "new") for number in range(count)]
    error = api_errors.bulk_collision("Call", ["a"], collisions)
    assert str(error) == (
        f"Call: {count} of {count + 1} runs were not started, because others hold their idempotency keys: {named}; "
        "`.run_ids` are those that were started"
    )
    assert (error.code, error.call, error.run_ids) == ("ALREADY_EXISTS", "Call", ("a",))
    assert list(error.collisions) == collisions


@pytest.mark.parametrize("garbage", [b"\xff", b"\x1a\xff", b"\x1a\x02\xff\xff"])
def test_details_that_cannot_be_read_leave_the_status(garbage: bytes) -> None:
    trailing = (("grpc-status-details-bin", garbage),)
    error = api_errors.from_call(CallError(StatusCode.ALREADY_EXISTS, "x", trailing), "Call")
    assert (type(error), error.retry_after) == (AlreadyExists, None)
