"""Statuses of the engine become errors that say what exists."""

from __future__ import annotations

from datetime import timedelta

import pytest
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.duration_pb2 import Duration

from hatchet import AlreadyExists, BulkTriggerIdempotencyCollisionError, DedupeViolationError, IdempotencyCollisionError
from hatchet.wire import api_errors
from hatchet.wire.run_calls import not_started
from hatchet_api.calls import CallError, StatusCode
from hatchet_api.grpc import packing
from hatchet_api.grpc.v1 import workflows_pb2 as v1

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
