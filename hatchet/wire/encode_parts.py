"""Parts that several messages have."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime, timezone

from google.protobuf.timestamp_pb2 import Timestamp

from hatchet.options.values import DesiredWorkerLabel, comparator_name
from hatchet_api.grpc.v1.shared import trigger_pb2 as shared


def now() -> Timestamp:
    """The time, as messages carry it."""
    seconds, nanoseconds = divmod(time.time_ns(), 1_000_000_000)
    return Timestamp(seconds=seconds, nanos=nanoseconds)


def timestamp(moment: datetime) -> Timestamp:
    """A moment, as messages carry it."""
    message = Timestamp()
    message.FromDatetime(moment.astimezone(timezone.utc))
    return message


def desired_labels(labels: Mapping[str, DesiredWorkerLabel]) -> dict[str, shared.DesiredWorkerLabels]:
    """Labels that a task wants of its worker."""
    encoded: dict[str, shared.DesiredWorkerLabels] = {}
    for key, label in labels.items():
        message = shared.DesiredWorkerLabels(required=label.required)
        if isinstance(label.value, int) and not isinstance(label.value, bool):
            message.int_value = label.value
        else:
            message.str_value = str(label.value)
        if label.comparator is not None:
            message.comparator = shared.WorkerLabelComparator.Value(comparator_name(label.comparator))
        if label.weight is not None:
            message.weight = label.weight
        encoded[key] = message
    return encoded
