"""Names under which people who come from `hatchet_sdk` know some of this package's classes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from hatchet.definitions.runnable import BulkRunItem, Runnable
from hatchet.errors import (
    DefinitionError,
    NonRetryableError,
    OutputError,
    RetryAfterError,
    RunFailed,
    TaskFailure,
    Unsupported,
    WorkerError,
)
from hatchet.wire.values import RunDetails, TaskRunDetails

BaseWorkflow = Runnable
BatchMemberId: TypeAlias = str
EvictionNotSupportedError = Unsupported
FailedTaskRunExceptionGroup = RunFailed
IllegalTaskOutputError = OutputError
InvalidDependencyError = DefinitionError
JSONSerializableMapping: TypeAlias = Mapping[str, Any]  # Any: JSON of any shape
LoopAlreadyRunningError = WorkerError
NonRetryableException = NonRetryableError
RetryAfterException = RetryAfterError
TaskRunDetail = TaskRunDetails
TaskRunError = TaskFailure
WorkflowRunDetail = RunDetails
WorkflowRunTriggerConfig = BulkRunItem
