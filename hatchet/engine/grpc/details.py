"""What a refused trigger says about idempotency keys, in the details of its status."""

from __future__ import annotations

from google.protobuf.message import Message

from hatchet.engine.rules.idempotency import Collided
from hatchet.engine.state.errors import Refused
from hatchet_api.grpc import packing
from hatchet_api.grpc.v1 import workflows_pb2

ALREADY_EXISTS = 6


def of_one(collided: Collided) -> Refused:
    """The refusal of a trigger of one run."""
    [collision] = collided.collisions
    return _refusal(
        collided,
        workflows_pb2.IdempotencyCollisionError(
            existing_run_external_id=collision.existing, colliding_run_external_id=collision.colliding
        ),
    )


def of_many(collided: Collided) -> Refused:
    """The refusal of a trigger of several runs, some of which may have started."""
    return _refusal(
        collided,
        workflows_pb2.BulkTriggerIdempotencyCollisionError(
            successful_workflow_run_external_ids=collided.run_ids,
            collisions=[
                workflows_pb2.IdempotencyCollisionError(
                    existing_run_external_id=each.existing, colliding_run_external_id=each.colliding
                )
                for each in collided.collisions
            ],
        ),
    )


def _refusal(collided: Collided, detail: Message) -> Refused:
    return Refused(collided.code, collided.message, _status(detail))


def _status(detail: Message) -> bytes:
    """A google.rpc.Status; that message is not among those that the engine has, and has three fields."""
    packed = packing.pack(detail).SerializeToString()
    text = b"idempotency key collision"
    return bytes([0x08, ALREADY_EXISTS]) + _field(2, text) + _field(3, packed)


def _field(number: int, data: bytes) -> bytes:
    length = len(data)
    varint = bytearray()
    while length > 0x7F:
        varint.append(length & 0x7F | 0x80)
        length >>= 7
    varint.append(length)
    return bytes([number << 3 | 2]) + bytes(varint) + data
