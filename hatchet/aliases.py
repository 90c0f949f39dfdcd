"""Names under which people who come from `hatchet_sdk` know some of this package's classes."""

from __future__ import annotations

from hatchet.definitions.runnable import BulkRunItem
from hatchet.errors import (
    DefinitionError,
    NonRetryableError,
    OutputError,
    RetryAfterError,
    RunFailed,
    TaskFailure,
    WorkerError,
)

FailedTaskRunExceptionGroup = RunFailed
IllegalTaskOutputError = OutputError
InvalidDependencyError = DefinitionError
LoopAlreadyRunningError = WorkerError
NonRetryableException = NonRetryableError
RetryAfterException = RetryAfterError
TaskRunError = TaskFailure
WorkflowRunTriggerConfig = BulkRunItem
