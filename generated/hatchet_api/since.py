# Generated from specs/ by `python -m codegen`; do not edit.
"""Which version of the engine brought what, by the names of the specs. What is not listed is older."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

GRPC: Final[Mapping[str, str | None]] = {
    "AssignedAction.task_inserted_at": None,
    "BatchActionEventItem.retry_after_ms": "v0.111.0",
    "Dispatcher.GetVersion": "v0.78.23",
    "Dispatcher.SendBatchActionEvent": "v0.88.1",
    "PauseRateLimitRequest": "v0.114.2",
    "PauseRateLimitRequest.key": "v0.114.2",
    "PauseRateLimitRequest.paused_until": "v0.114.2",
    "PauseRateLimitResponse": "v0.114.2",
    "PauseRateLimitResponse.paused_until": "v0.114.2",
    "StepActionEvent.retry_after_ms": "v0.111.0",
    "WorkflowService.PauseRateLimit": "v0.114.2",
    "v1.Concurrency.is_tenant_scoped": "v0.106.0",
    "v1.Concurrency.max_runs_expression": "v0.106.0",
    "v1.Concurrency.name": "v0.106.0",
    "v1.ConcurrencyLimitStrategy.CANCEL_QUEUED_EXCEPT_NEWEST": "v0.105.16",
    "v1.ConcurrencyLimitStrategy.CANCEL_QUEUED_EXCEPT_OLDEST": "v0.105.16",
    "v1.DurableTaskEventLogEntryCompletedResponse.satisfied_order": None,
    "v1.DurableTaskReceivedSatisfiedOrder": None,
    "v1.DurableTaskReceivedSatisfiedOrder.durable_task_external_id": None,
    "v1.DurableTaskReceivedSatisfiedOrder.highest_received_satisfied_order": None,
    "v1.DurableTaskReceivedSatisfiedOrder.invocation_count": None,
    "v1.DurableTaskWorkerStatusRequest.received_satisfied_orders": None,
    "v1.V1Dispatcher.DurableTask": "v0.80.0",
}
"""Full name of a method, message, field or value → version; None where it is not known."""

REST: Final[Mapping[str, str | None]] = {
    "RateLimit.pausedUntil": "v0.114.2",
    "TenantEntitlements": None,
    "V1CreateServerlessEndpointRequest": None,
    "V1ServerlessEndpoint": None,
    "V1ServerlessEndpointKind": None,
    "V1ServerlessEndpointList": None,
    "V1ServerlessEndpointStatus": None,
    "V1StreamPayloadRef": "v0.120.0",
    "V1StreamTopic": "v0.120.0",
    "V1StreamTopicList": "v0.120.0",
    "V1UpdateServerlessEndpointRequest": None,
    "V1WorkflowRunCount": "v0.111.0",
    "Worker.evictedDurableTaskCount": None,
    "tenant-entitlements:get": None,
    "v1-serverless-endpoint:create": None,
    "v1-serverless-endpoint:delete": None,
    "v1-serverless-endpoint:get": None,
    "v1-serverless-endpoint:list": None,
    "v1-serverless-endpoint:update": None,
    "v1-stream-payload:get": "v0.120.0",
    "v1-stream-payload:upload": "v0.120.0",
    "v1-stream-topic:list": "v0.120.0",
    "v1-workflow-run:count:get": "v0.111.0",
}
"""Operation id, schema or `Schema.property` → version; None where it is not known."""
