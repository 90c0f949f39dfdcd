"""A typed Python SDK for the Hatchet engine.

::

    from hatchet import Context, Hatchet

    hatchet = Hatchet.from_embedded()

    @hatchet.task()
    async def greet(input: Name, ctx: Context) -> Greeting: ...

Names are loaded on first use: `import hatchet` alone costs next to nothing.
"""

from __future__ import annotations

import importlib
import logging
from typing import TYPE_CHECKING

from hatchet._forks import turn_off_handlers_of_grpc

if TYPE_CHECKING:
    from hatchet._answers import HttpResponse as HttpResponse
    from hatchet._answers import RawResponse as RawResponse
    from hatchet.aliases import BaseWorkflow as BaseWorkflow
    from hatchet.aliases import BatchMemberId as BatchMemberId
    from hatchet.aliases import EvictionNotSupportedError as EvictionNotSupportedError
    from hatchet.aliases import FailedTaskRunExceptionGroup as FailedTaskRunExceptionGroup
    from hatchet.aliases import IllegalTaskOutputError as IllegalTaskOutputError
    from hatchet.aliases import InvalidDependencyError as InvalidDependencyError
    from hatchet.aliases import JSONSerializableMapping as JSONSerializableMapping
    from hatchet.aliases import LoopAlreadyRunningError as LoopAlreadyRunningError
    from hatchet.aliases import NonRetryableException as NonRetryableException
    from hatchet.aliases import RetryAfterException as RetryAfterException
    from hatchet.aliases import TaskRunDetail as TaskRunDetail
    from hatchet.aliases import TaskRunError as TaskRunError
    from hatchet.aliases import WorkflowRunDetail as WorkflowRunDetail
    from hatchet.aliases import WorkflowRunTriggerConfig as WorkflowRunTriggerConfig
    from hatchet.client import Hatchet as Hatchet
    from hatchet.config import ClientConfig as ClientConfig
    from hatchet.config import ClientTLSConfig as ClientTLSConfig
    from hatchet.config import EmbeddedHatchetConfig as EmbeddedHatchetConfig
    from hatchet.config import HealthcheckConfig as HealthcheckConfig
    from hatchet.config import OpenTelemetryConfig as OpenTelemetryConfig
    from hatchet.config import TenacityConfig as TenacityConfig
    from hatchet.config import TlsStrategy as TlsStrategy
    from hatchet.context.combinators import Resolved as Resolved
    from hatchet.context.context import Context as Context
    from hatchet.context.durable import DurableContext as DurableContext
    from hatchet.context.outcomes import SleepResult as SleepResult
    from hatchet.context.outcomes import WaitOutcome as WaitOutcome
    from hatchet.definitions.dependencies import Depends as Depends
    from hatchet.definitions.mock import MockChild as MockChild
    from hatchet.definitions.mock import MockEvent as MockEvent
    from hatchet.definitions.mock import MockRecord as MockRecord
    from hatchet.definitions.runnable import BulkRunItem as BulkRunItem
    from hatchet.definitions.standalone import Standalone as Standalone
    from hatchet.definitions.stubs import TaskStub as TaskStub
    from hatchet.definitions.stubs import WorkflowStub as WorkflowStub
    from hatchet.definitions.task import Task as Task
    from hatchet.definitions.workflow import Workflow as Workflow
    from hatchet.errors import AlreadyExists as AlreadyExists
    from hatchet.errors import ApiError as ApiError
    from hatchet.errors import BlockingCallError as BlockingCallError
    from hatchet.errors import BulkProgress as BulkProgress
    from hatchet.errors import BulkTriggerIdempotencyCollisionError as BulkTriggerIdempotencyCollisionError
    from hatchet.errors import ChunkError as ChunkError
    from hatchet.errors import ClientClosed as ClientClosed
    from hatchet.errors import ConfigError as ConfigError
    from hatchet.errors import DeadlineExceeded as DeadlineExceeded
    from hatchet.errors import DedupeViolationError as DedupeViolationError
    from hatchet.errors import DefinitionError as DefinitionError
    from hatchet.errors import FailedPrecondition as FailedPrecondition
    from hatchet.errors import FieldError as FieldError
    from hatchet.errors import HatchetError as HatchetError
    from hatchet.errors import IdempotencyCollision as IdempotencyCollision
    from hatchet.errors import IdempotencyCollisionError as IdempotencyCollisionError
    from hatchet.errors import InputError as InputError
    from hatchet.errors import InvalidRequest as InvalidRequest
    from hatchet.errors import LifespanSetupError as LifespanSetupError
    from hatchet.errors import NonDeterminismError as NonDeterminismError
    from hatchet.errors import NonRetryableError as NonRetryableError
    from hatchet.errors import NoTaskOutput as NoTaskOutput
    from hatchet.errors import NotFound as NotFound
    from hatchet.errors import OutputError as OutputError
    from hatchet.errors import PayloadTooLarge as PayloadTooLarge
    from hatchet.errors import PermissionDenied as PermissionDenied
    from hatchet.errors import RateLimited as RateLimited
    from hatchet.errors import ResultTimeout as ResultTimeout
    from hatchet.errors import RetryAfterError as RetryAfterError
    from hatchet.errors import RunCancelled as RunCancelled
    from hatchet.errors import RunError as RunError
    from hatchet.errors import RunFailed as RunFailed
    from hatchet.errors import ServerError as ServerError
    from hatchet.errors import TaskFailure as TaskFailure
    from hatchet.errors import TlsError as TlsError
    from hatchet.errors import Unauthenticated as Unauthenticated
    from hatchet.errors import Unavailable as Unavailable
    from hatchet.errors import Unsupported as Unsupported
    from hatchet.errors import WorkerError as WorkerError
    from hatchet.features.cel import CELEvaluationResult as CELEvaluationResult
    from hatchet.features.cel import CELFailure as CELFailure
    from hatchet.features.cel import CELSuccess as CELSuccess
    from hatchet.features.durable_logs import DurableCondition as DurableCondition
    from hatchet.features.durable_logs import DurableLogEntry as DurableLogEntry
    from hatchet.features.events import BulkPushEvent as BulkPushEvent
    from hatchet.features.events import BulkPushEventWithMetadata as BulkPushEventWithMetadata
    from hatchet.features.metrics import TaskMetrics as TaskMetrics
    from hatchet.features.run_changes import RunsChanged as RunsChanged
    from hatchet.features.run_filters import BulkCancelReplayOpts as BulkCancelReplayOpts
    from hatchet.features.run_filters import RunFilter as RunFilter
    from hatchet.hooks import Hook as Hook
    from hatchet.hooks import RunRequest as RunRequest
    from hatchet.hooks import TaskEnd as TaskEnd
    from hatchet.options.conditions import Condition as Condition
    from hatchet.options.conditions import OrGroup as OrGroup
    from hatchet.options.conditions import ParentCondition as ParentCondition
    from hatchet.options.conditions import SleepCondition as SleepCondition
    from hatchet.options.conditions import UserEventCondition as UserEventCondition
    from hatchet.options.conditions import or_ as or_
    from hatchet.options.defaults import TaskDefaults as TaskDefaults
    from hatchet.options.eviction import EvictionPolicy as EvictionPolicy
    from hatchet.options.keys import BulkPushEventOptions as BulkPushEventOptions
    from hatchet.options.keys import PushEventOptions as PushEventOptions
    from hatchet.options.keys import ScheduleTriggerWorkflowOptions as ScheduleTriggerWorkflowOptions
    from hatchet.options.keys import TriggerWorkflowOptions as TriggerWorkflowOptions
    from hatchet.options.nul import remove_null_unicode_character as remove_null_unicode_character
    from hatchet.options.payload import EmptyModel as EmptyModel
    from hatchet.options.values import ConcurrencyExpression as ConcurrencyExpression
    from hatchet.options.values import ConcurrencyLimitStrategy as ConcurrencyLimitStrategy
    from hatchet.options.values import DefaultFilter as DefaultFilter
    from hatchet.options.values import DesiredWorkerLabel as DesiredWorkerLabel
    from hatchet.options.values import Priority as Priority
    from hatchet.options.values import RateLimit as RateLimit
    from hatchet.options.values import RateLimitDuration as RateLimitDuration
    from hatchet.options.values import StatusBasedIdempotencyConfig as StatusBasedIdempotencyConfig
    from hatchet.options.values import StickyStrategy as StickyStrategy
    from hatchet.options.values import TTLBasedIdempotencyConfig as TTLBasedIdempotencyConfig
    from hatchet.options.values import WorkerLabelComparator as WorkerLabelComparator
    from hatchet.runs.ref import TaskRunRef as TaskRunRef
    from hatchet.runs.ref import WorkflowRunRef as WorkflowRunRef
    from hatchet.runs.results import WorkflowResult as WorkflowResult
    from hatchet.runs.stream import ChunkStream as ChunkStream
    from hatchet.runs.stream import RunEventListener as RunEventListener
    from hatchet.runs.topics import TopicMessage as TopicMessage
    from hatchet.runs.topics import TopicStream as TopicStream
    from hatchet.version import __version__ as __version__
    from hatchet.wire.values import RunDetails as RunDetails
    from hatchet.wire.values import RunEvent as RunEvent
    from hatchet.wire.values import RunStatus as RunStatus
    from hatchet.wire.values import ScheduledRun as ScheduledRun
    from hatchet.wire.values import StepRunEventType as StepRunEventType
    from hatchet.wire.values import StreamEventType as StreamEventType
    from hatchet.wire.values import TaskRunDetails as TaskRunDetails
    from hatchet.wire.values import WorkflowRunEventType as WorkflowRunEventType
    from hatchet.worker.worker import Worker as Worker
    from hatchet.worker.worker import WorkerStatus as WorkerStatus
else:
    # Module → the names that it gives. Data, so that byte code alone is enough; a test holds it against the above.
    _HOMES = {
        "hatchet._answers": "HttpResponse RawResponse",
        "hatchet.aliases": (
            "BaseWorkflow BatchMemberId EvictionNotSupportedError FailedTaskRunExceptionGroup "
            "IllegalTaskOutputError InvalidDependencyError JSONSerializableMapping LoopAlreadyRunningError "
            "NonRetryableException RetryAfterException TaskRunDetail TaskRunError WorkflowRunDetail "
            "WorkflowRunTriggerConfig"
        ),
        "hatchet.client": "Hatchet",
        "hatchet.config": (
            "ClientConfig ClientTLSConfig EmbeddedHatchetConfig HealthcheckConfig OpenTelemetryConfig TenacityConfig "
            "TlsStrategy"
        ),
        "hatchet.context.context": "Context",
        "hatchet.context.combinators": "Resolved",
        "hatchet.context.durable": "DurableContext",
        "hatchet.context.outcomes": "SleepResult WaitOutcome",
        "hatchet.definitions.dependencies": "Depends",
        "hatchet.definitions.mock": "MockChild MockEvent MockRecord",
        "hatchet.definitions.runnable": "BulkRunItem",
        "hatchet.definitions.standalone": "Standalone",
        "hatchet.definitions.stubs": "TaskStub WorkflowStub",
        "hatchet.definitions.task": "Task",
        "hatchet.definitions.workflow": "Workflow",
        "hatchet.errors": (
            "AlreadyExists ApiError BlockingCallError BulkProgress BulkTriggerIdempotencyCollisionError "
            "ChunkError ClientClosed ConfigError DeadlineExceeded DedupeViolationError DefinitionError "
            "FailedPrecondition FieldError HatchetError IdempotencyCollision IdempotencyCollisionError "
            "InputError InvalidRequest LifespanSetupError NonDeterminismError NonRetryableError NoTaskOutput "
            "NotFound OutputError PayloadTooLarge PermissionDenied RateLimited ResultTimeout RetryAfterError "
            "RunCancelled RunError RunFailed ServerError TaskFailure TlsError Unauthenticated Unavailable "
            "Unsupported WorkerError"
        ),
        "hatchet.features.cel": "CELEvaluationResult CELFailure CELSuccess",
        "hatchet.features.durable_logs": "DurableCondition DurableLogEntry",
        "hatchet.features.events": "BulkPushEvent BulkPushEventWithMetadata",
        "hatchet.features.metrics": "TaskMetrics",
        "hatchet.features.run_changes": "RunsChanged",
        "hatchet.features.run_filters": "BulkCancelReplayOpts RunFilter",
        "hatchet.hooks": "Hook RunRequest TaskEnd",
        "hatchet.options.conditions": "Condition OrGroup ParentCondition SleepCondition UserEventCondition or_",
        "hatchet.options.eviction": "EvictionPolicy",
        "hatchet.options.keys": (
            "BulkPushEventOptions PushEventOptions ScheduleTriggerWorkflowOptions TriggerWorkflowOptions"
        ),
        "hatchet.options.nul": "remove_null_unicode_character",
        "hatchet.options.payload": "EmptyModel",
        "hatchet.options.defaults": "TaskDefaults",
        "hatchet.options.values": (
            "ConcurrencyExpression ConcurrencyLimitStrategy DefaultFilter DesiredWorkerLabel Priority RateLimit "
            "RateLimitDuration StatusBasedIdempotencyConfig StickyStrategy TTLBasedIdempotencyConfig "
            "WorkerLabelComparator"
        ),
        "hatchet.runs.ref": "TaskRunRef WorkflowRunRef",
        "hatchet.runs.results": "WorkflowResult",
        "hatchet.runs.stream": "ChunkStream RunEventListener",
        "hatchet.runs.topics": "TopicMessage TopicStream",
        "hatchet.version": "__version__",
        "hatchet.wire.values": (
            "RunDetails RunEvent RunStatus ScheduledRun StepRunEventType StreamEventType TaskRunDetails "
            "WorkflowRunEventType"
        ),
        "hatchet.worker.worker": "Worker WorkerStatus",
    }
    _WHERE = {name: module for module, names in _HOMES.items() for name in names.split()}

    def __getattr__(name):
        if name not in _WHERE:
            raise AttributeError(f"module 'hatchet' has no attribute {name!r}")
        value = getattr(importlib.import_module(_WHERE[name]), name)
        globals()[name] = value
        return value

    def __dir__():
        return sorted({*globals(), *_WHERE})

    __all__ = sorted(name for name in _WHERE if not name.startswith("_"))


# A library's records go nowhere unless the program says so; levels and handlers are the program's business.
logging.getLogger("hatchet").addHandler(logging.NullHandler())
turn_off_handlers_of_grpc()
