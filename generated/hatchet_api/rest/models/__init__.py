# Generated from specs/ by `python -m codegen`; do not edit.
"""The models of the REST API. Importing this package imports none of them; each name is loaded on first use."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .api_error import APIError as APIError
    from .api_errors import APIErrors as APIErrors
    from .api_meta import APIMeta as APIMeta
    from .api_meta_auth import APIMetaAuth as APIMetaAuth
    from .api_meta_integration import APIMetaIntegration as APIMetaIntegration
    from .api_meta_posthog import APIMetaPosthog as APIMetaPosthog
    from .api_resource_meta import APIResourceMeta as APIResourceMeta
    from .api_token import APIToken as APIToken
    from .bulk_create_event_request import BulkCreateEventRequest as BulkCreateEventRequest
    from .bulk_create_event_response import BulkCreateEventResponse as BulkCreateEventResponse
    from .cancel_event_request import CancelEventRequest as CancelEventRequest
    from .concurrency_limit_strategy import ConcurrencyLimitStrategy as ConcurrencyLimitStrategy
    from .concurrency_scope import ConcurrencyScope as ConcurrencyScope
    from .concurrency_setting import ConcurrencySetting as ConcurrencySetting
    from .concurrency_stat import ConcurrencyStat as ConcurrencyStat
    from .create_api_token_request import CreateAPITokenRequest as CreateAPITokenRequest
    from .create_api_token_response import CreateAPITokenResponse as CreateAPITokenResponse
    from .create_cron_workflow_trigger_request import (
        CreateCronWorkflowTriggerRequest as CreateCronWorkflowTriggerRequest,
    )
    from .create_event_request import CreateEventRequest as CreateEventRequest
    from .create_tenant_alert_email_group_request import (
        CreateTenantAlertEmailGroupRequest as CreateTenantAlertEmailGroupRequest,
    )
    from .create_tenant_request import CreateTenantRequest as CreateTenantRequest
    from .cron_workflows import CronWorkflows as CronWorkflows
    from .cron_workflows_list import CronWorkflowsList as CronWorkflowsList
    from .cron_workflows_method import CronWorkflowsMethod as CronWorkflowsMethod
    from .cron_workflows_order_by_field import CronWorkflowsOrderByField as CronWorkflowsOrderByField
    from .event import Event as Event
    from .event_data import EventData as EventData
    from .event_key import EventKey as EventKey
    from .event_key_list import EventKeyList as EventKeyList
    from .event_list import EventList as EventList
    from .event_order_by_direction import EventOrderByDirection as EventOrderByDirection
    from .event_order_by_field import EventOrderByField as EventOrderByField
    from .event_search import EventSearch as EventSearch
    from .event_update_cancel_response import EventUpdateCancelResponse as EventUpdateCancelResponse
    from .event_workflow_run_summary import EventWorkflowRunSummary as EventWorkflowRunSummary
    from .id import Id as Id
    from .info_get_version_response import InfoGetVersionResponse as InfoGetVersionResponse
    from .job import Job as Job
    from .job_run import JobRun as JobRun
    from .job_run_status import JobRunStatus as JobRunStatus
    from .list_api_meta_integration import ListAPIMetaIntegration as ListAPIMetaIntegration
    from .list_api_tokens_response import ListAPITokensResponse as ListAPITokensResponse
    from .otel_span import OtelSpan as OtelSpan
    from .otel_span_kind import OtelSpanKind as OtelSpanKind
    from .otel_span_list import OtelSpanList as OtelSpanList
    from .otel_status_code import OtelStatusCode as OtelStatusCode
    from .pagination_response import PaginationResponse as PaginationResponse
    from .pause_workflow_request import PauseWorkflowRequest as PauseWorkflowRequest
    from .pause_workflow_request_pause import PauseWorkflowRequestPause as PauseWorkflowRequestPause
    from .pause_workflow_request_unpause import PauseWorkflowRequestUnpause as PauseWorkflowRequestUnpause
    from .queue_metrics import QueueMetrics as QueueMetrics
    from .rate_limit import RateLimit as RateLimit
    from .rate_limit_list import RateLimitList as RateLimitList
    from .rate_limit_order_by_direction import RateLimitOrderByDirection as RateLimitOrderByDirection
    from .rate_limit_order_by_field import RateLimitOrderByField as RateLimitOrderByField
    from .recent_step_runs import RecentStepRuns as RecentStepRuns
    from .registered_workflow import RegisteredWorkflow as RegisteredWorkflow
    from .replay_event_request import ReplayEventRequest as ReplayEventRequest
    from .replay_workflow_runs_request import ReplayWorkflowRunsRequest as ReplayWorkflowRunsRequest
    from .replay_workflow_runs_response import ReplayWorkflowRunsResponse as ReplayWorkflowRunsResponse
    from .rerun_step_run_request import RerunStepRunRequest as RerunStepRunRequest
    from .schedule_workflow_run_request import ScheduleWorkflowRunRequest as ScheduleWorkflowRunRequest
    from .scheduled_run_status import ScheduledRunStatus as ScheduledRunStatus
    from .scheduled_workflows import ScheduledWorkflows as ScheduledWorkflows
    from .scheduled_workflows_bulk_delete_filter import (
        ScheduledWorkflowsBulkDeleteFilter as ScheduledWorkflowsBulkDeleteFilter,
    )
    from .scheduled_workflows_bulk_delete_request import (
        ScheduledWorkflowsBulkDeleteRequest as ScheduledWorkflowsBulkDeleteRequest,
    )
    from .scheduled_workflows_bulk_delete_response import (
        ScheduledWorkflowsBulkDeleteResponse as ScheduledWorkflowsBulkDeleteResponse,
    )
    from .scheduled_workflows_bulk_error import ScheduledWorkflowsBulkError as ScheduledWorkflowsBulkError
    from .scheduled_workflows_bulk_update_item import (
        ScheduledWorkflowsBulkUpdateItem as ScheduledWorkflowsBulkUpdateItem,
    )
    from .scheduled_workflows_bulk_update_request import (
        ScheduledWorkflowsBulkUpdateRequest as ScheduledWorkflowsBulkUpdateRequest,
    )
    from .scheduled_workflows_bulk_update_response import (
        ScheduledWorkflowsBulkUpdateResponse as ScheduledWorkflowsBulkUpdateResponse,
    )
    from .scheduled_workflows_list import ScheduledWorkflowsList as ScheduledWorkflowsList
    from .scheduled_workflows_method import ScheduledWorkflowsMethod as ScheduledWorkflowsMethod
    from .scheduled_workflows_order_by_field import ScheduledWorkflowsOrderByField as ScheduledWorkflowsOrderByField
    from .semaphore_slots import SemaphoreSlots as SemaphoreSlots
    from .step import Step as Step
    from .step_run import StepRun as StepRun
    from .step_run_archive import StepRunArchive as StepRunArchive
    from .step_run_archive_list import StepRunArchiveList as StepRunArchiveList
    from .step_run_event import StepRunEvent as StepRunEvent
    from .step_run_event_list import StepRunEventList as StepRunEventList
    from .step_run_event_reason import StepRunEventReason as StepRunEventReason
    from .step_run_event_severity import StepRunEventSeverity as StepRunEventSeverity
    from .step_run_get_schema_response import StepRunGetSchemaResponse as StepRunGetSchemaResponse
    from .step_run_status import StepRunStatus as StepRunStatus
    from .task_stat import TaskStat as TaskStat
    from .task_stats import TaskStats as TaskStats
    from .task_status_stat import TaskStatusStat as TaskStatusStat
    from .tenant import Tenant as Tenant
    from .tenant_alert_email_group import TenantAlertEmailGroup as TenantAlertEmailGroup
    from .tenant_alert_email_group_list import TenantAlertEmailGroupList as TenantAlertEmailGroupList
    from .tenant_alerting_settings import TenantAlertingSettings as TenantAlertingSettings
    from .tenant_entitlements import TenantEntitlements as TenantEntitlements
    from .tenant_environment import TenantEnvironment as TenantEnvironment
    from .tenant_member import TenantMember as TenantMember
    from .tenant_member_list import TenantMemberList as TenantMemberList
    from .tenant_member_role import TenantMemberRole as TenantMemberRole
    from .tenant_queue_metrics import TenantQueueMetrics as TenantQueueMetrics
    from .tenant_resource import TenantResource as TenantResource
    from .tenant_resource_limit import TenantResourceLimit as TenantResourceLimit
    from .tenant_resource_policy import TenantResourcePolicy as TenantResourcePolicy
    from .tenant_step_run_queue_metrics import TenantStepRunQueueMetrics as TenantStepRunQueueMetrics
    from .tenant_version import TenantVersion as TenantVersion
    from .trigger_run_result import TriggerRunResult as TriggerRunResult
    from .trigger_workflow_run_request import TriggerWorkflowRunRequest as TriggerWorkflowRunRequest
    from .update_cron_workflow_trigger_request import (
        UpdateCronWorkflowTriggerRequest as UpdateCronWorkflowTriggerRequest,
    )
    from .update_scheduled_workflow_run_request import (
        UpdateScheduledWorkflowRunRequest as UpdateScheduledWorkflowRunRequest,
    )
    from .update_tenant_alert_email_group_request import (
        UpdateTenantAlertEmailGroupRequest as UpdateTenantAlertEmailGroupRequest,
    )
    from .update_tenant_member_request import UpdateTenantMemberRequest as UpdateTenantMemberRequest
    from .update_tenant_request import UpdateTenantRequest as UpdateTenantRequest
    from .update_worker_request import UpdateWorkerRequest as UpdateWorkerRequest
    from .user_tenant_public import UserTenantPublic as UserTenantPublic
    from .v1_additional_metadata_operator import V1AdditionalMetadataOperator as V1AdditionalMetadataOperator
    from .v1_branch_durable_task_request import V1BranchDurableTaskRequest as V1BranchDurableTaskRequest
    from .v1_branch_durable_task_response import V1BranchDurableTaskResponse as V1BranchDurableTaskResponse
    from .v1_cel_debug_request import V1CELDebugRequest as V1CELDebugRequest
    from .v1_cel_debug_response import V1CELDebugResponse as V1CELDebugResponse
    from .v1_cel_debug_response_status import V1CELDebugResponseStatus as V1CELDebugResponseStatus
    from .v1_cancel_task_request import V1CancelTaskRequest as V1CancelTaskRequest
    from .v1_cancelled_tasks import V1CancelledTasks as V1CancelledTasks
    from .v1_create_filter_request import V1CreateFilterRequest as V1CreateFilterRequest
    from .v1_create_http_operator_request import V1CreateHTTPOperatorRequest as V1CreateHTTPOperatorRequest
    from .v1_create_serverless_endpoint_request import (
        V1CreateServerlessEndpointRequest as V1CreateServerlessEndpointRequest,
    )
    from .v1_create_webhook_request import V1CreateWebhookRequest as V1CreateWebhookRequest
    from .v1_create_webhook_request_api_key import V1CreateWebhookRequestAPIKey as V1CreateWebhookRequestAPIKey
    from .v1_create_webhook_request_base import V1CreateWebhookRequestBase as V1CreateWebhookRequestBase
    from .v1_create_webhook_request_basic_auth import V1CreateWebhookRequestBasicAuth as V1CreateWebhookRequestBasicAuth
    from .v1_create_webhook_request_hmac import V1CreateWebhookRequestHMAC as V1CreateWebhookRequestHMAC
    from .v1_dag_children import V1DagChildren as V1DagChildren
    from .v1_durable_event_log_entry import V1DurableEventLogEntry as V1DurableEventLogEntry
    from .v1_durable_event_log_kind import V1DurableEventLogKind as V1DurableEventLogKind
    from .v1_durable_event_log_list import V1DurableEventLogList as V1DurableEventLogList
    from .v1_durable_wait_condition import V1DurableWaitCondition as V1DurableWaitCondition
    from .v1_durable_wait_condition_kind import V1DurableWaitConditionKind as V1DurableWaitConditionKind
    from .v1_event import V1Event as V1Event
    from .v1_event_list import V1EventList as V1EventList
    from .v1_event_triggered_run import V1EventTriggeredRun as V1EventTriggeredRun
    from .v1_event_workflow_run_summary import V1EventWorkflowRunSummary as V1EventWorkflowRunSummary
    from .v1_filter import V1Filter as V1Filter
    from .v1_filter_list import V1FilterList as V1FilterList
    from .v1_http_operator import V1HTTPOperator as V1HTTPOperator
    from .v1_http_operator_list import V1HTTPOperatorList as V1HTTPOperatorList
    from .v1_log_line import V1LogLine as V1LogLine
    from .v1_log_line_level import V1LogLineLevel as V1LogLineLevel
    from .v1_log_line_list import V1LogLineList as V1LogLineList
    from .v1_log_line_order_by_direction import V1LogLineOrderByDirection as V1LogLineOrderByDirection
    from .v1_logs_point_metric import V1LogsPointMetric as V1LogsPointMetric
    from .v1_logs_point_metrics import V1LogsPointMetrics as V1LogsPointMetrics
    from .v1_replay_task_request import V1ReplayTaskRequest as V1ReplayTaskRequest
    from .v1_replayed_tasks import V1ReplayedTasks as V1ReplayedTasks
    from .v1_restore_task_response import V1RestoreTaskResponse as V1RestoreTaskResponse
    from .v1_running_detail_count import V1RunningDetailCount as V1RunningDetailCount
    from .v1_running_filter import V1RunningFilter as V1RunningFilter
    from .v1_serverless_endpoint import V1ServerlessEndpoint as V1ServerlessEndpoint
    from .v1_serverless_endpoint_kind import V1ServerlessEndpointKind as V1ServerlessEndpointKind
    from .v1_serverless_endpoint_list import V1ServerlessEndpointList as V1ServerlessEndpointList
    from .v1_serverless_endpoint_status import V1ServerlessEndpointStatus as V1ServerlessEndpointStatus
    from .v1_stream_payload_ref import V1StreamPayloadRef as V1StreamPayloadRef
    from .v1_stream_payload_upload_request import V1StreamPayloadUploadRequest as V1StreamPayloadUploadRequest
    from .v1_stream_topic import V1StreamTopic as V1StreamTopic
    from .v1_stream_topic_list import V1StreamTopicList as V1StreamTopicList
    from .v1_task_event import V1TaskEvent as V1TaskEvent
    from .v1_task_event_list import V1TaskEventList as V1TaskEventList
    from .v1_task_event_type import V1TaskEventType as V1TaskEventType
    from .v1_task_filter import V1TaskFilter as V1TaskFilter
    from .v1_task_point_metric import V1TaskPointMetric as V1TaskPointMetric
    from .v1_task_point_metrics import V1TaskPointMetrics as V1TaskPointMetrics
    from .v1_task_run_metric import V1TaskRunMetric as V1TaskRunMetric
    from .v1_task_run_metrics import V1TaskRunMetrics as V1TaskRunMetrics
    from .v1_task_status import V1TaskStatus as V1TaskStatus
    from .v1_task_summary import V1TaskSummary as V1TaskSummary
    from .v1_task_summary_list import V1TaskSummaryList as V1TaskSummaryList
    from .v1_task_timing import V1TaskTiming as V1TaskTiming
    from .v1_task_timing_list import V1TaskTimingList as V1TaskTimingList
    from .v1_trigger_workflow_run_request import V1TriggerWorkflowRunRequest as V1TriggerWorkflowRunRequest
    from .v1_update_filter_request import V1UpdateFilterRequest as V1UpdateFilterRequest
    from .v1_update_http_operator_request import V1UpdateHTTPOperatorRequest as V1UpdateHTTPOperatorRequest
    from .v1_update_serverless_endpoint_request import (
        V1UpdateServerlessEndpointRequest as V1UpdateServerlessEndpointRequest,
    )
    from .v1_update_webhook_request import V1UpdateWebhookRequest as V1UpdateWebhookRequest
    from .v1_wait_data import V1WaitData as V1WaitData
    from .v1_wait_item import V1WaitItem as V1WaitItem
    from .v1_webhook import V1Webhook as V1Webhook
    from .v1_webhook_api_key_auth import V1WebhookAPIKeyAuth as V1WebhookAPIKeyAuth
    from .v1_webhook_auth_type import V1WebhookAuthType as V1WebhookAuthType
    from .v1_webhook_basic_auth import V1WebhookBasicAuth as V1WebhookBasicAuth
    from .v1_webhook_hmac_algorithm import V1WebhookHMACAlgorithm as V1WebhookHMACAlgorithm
    from .v1_webhook_hmac_auth import V1WebhookHMACAuth as V1WebhookHMACAuth
    from .v1_webhook_hmac_encoding import V1WebhookHMACEncoding as V1WebhookHMACEncoding
    from .v1_webhook_list import V1WebhookList as V1WebhookList
    from .v1_webhook_response import V1WebhookResponse as V1WebhookResponse
    from .v1_webhook_source_name import V1WebhookSourceName as V1WebhookSourceName
    from .v1_workflow_run import V1WorkflowRun as V1WorkflowRun
    from .v1_workflow_run_count import V1WorkflowRunCount as V1WorkflowRunCount
    from .v1_workflow_run_details import V1WorkflowRunDetails as V1WorkflowRunDetails
    from .v1_workflow_run_display_name import V1WorkflowRunDisplayName as V1WorkflowRunDisplayName
    from .v1_workflow_run_display_name_list import V1WorkflowRunDisplayNameList as V1WorkflowRunDisplayNameList
    from .v1_workflow_type import V1WorkflowType as V1WorkflowType
    from .webhook_worker import WebhookWorker as WebhookWorker
    from .webhook_worker_create_request import WebhookWorkerCreateRequest as WebhookWorkerCreateRequest
    from .webhook_worker_created import WebhookWorkerCreated as WebhookWorkerCreated
    from .webhook_worker_list_response import WebhookWorkerListResponse as WebhookWorkerListResponse
    from .webhook_worker_request import WebhookWorkerRequest as WebhookWorkerRequest
    from .webhook_worker_request_list_response import (
        WebhookWorkerRequestListResponse as WebhookWorkerRequestListResponse,
    )
    from .webhook_worker_request_method import WebhookWorkerRequestMethod as WebhookWorkerRequestMethod
    from .worker import Worker as Worker
    from .worker_label import WorkerLabel as WorkerLabel
    from .worker_list import WorkerList as WorkerList
    from .worker_runtime_info import WorkerRuntimeInfo as WorkerRuntimeInfo
    from .worker_runtime_sd_ks import WorkerRuntimeSDKs as WorkerRuntimeSDKs
    from .worker_slot_config import WorkerSlotConfig as WorkerSlotConfig
    from .worker_status import WorkerStatus as WorkerStatus
    from .worker_type import WorkerType as WorkerType
    from .workflow import Workflow as Workflow
    from .workflow_concurrency import WorkflowConcurrency as WorkflowConcurrency
    from .workflow_id import WorkflowID as WorkflowID
    from .workflow_kind import WorkflowKind as WorkflowKind
    from .workflow_kind_list import WorkflowKindList as WorkflowKindList
    from .workflow_list import WorkflowList as WorkflowList
    from .workflow_metrics import WorkflowMetrics as WorkflowMetrics
    from .workflow_pause_scheduled_cron_run_queue_behavior import (
        WorkflowPauseScheduledCronRunQueueBehavior as WorkflowPauseScheduledCronRunQueueBehavior,
    )
    from .workflow_run import WorkflowRun as WorkflowRun
    from .workflow_run_cancel_response import WorkflowRunCancelResponse as WorkflowRunCancelResponse
    from .workflow_run_get_input_response import WorkflowRunGetInputResponse as WorkflowRunGetInputResponse
    from .workflow_run_list import WorkflowRunList as WorkflowRunList
    from .workflow_run_order_by_direction import WorkflowRunOrderByDirection as WorkflowRunOrderByDirection
    from .workflow_run_order_by_field import WorkflowRunOrderByField as WorkflowRunOrderByField
    from .workflow_run_shape import WorkflowRunShape as WorkflowRunShape
    from .workflow_run_shape_for_workflow_run_details import (
        WorkflowRunShapeForWorkflowRunDetails as WorkflowRunShapeForWorkflowRunDetails,
    )
    from .workflow_run_shape_item_for_workflow_run_details import (
        WorkflowRunShapeItemForWorkflowRunDetails as WorkflowRunShapeItemForWorkflowRunDetails,
    )
    from .workflow_run_status import WorkflowRunStatus as WorkflowRunStatus
    from .workflow_run_status_list import WorkflowRunStatusList as WorkflowRunStatusList
    from .workflow_run_triggered_by import WorkflowRunTriggeredBy as WorkflowRunTriggeredBy
    from .workflow_runs_cancel_request import WorkflowRunsCancelRequest as WorkflowRunsCancelRequest
    from .workflow_runs_metrics import WorkflowRunsMetrics as WorkflowRunsMetrics
    from .workflow_runs_metrics_counts import WorkflowRunsMetricsCounts as WorkflowRunsMetricsCounts
    from .workflow_tag import WorkflowTag as WorkflowTag
    from .workflow_trigger_cron_ref import WorkflowTriggerCronRef as WorkflowTriggerCronRef
    from .workflow_trigger_event_ref import WorkflowTriggerEventRef as WorkflowTriggerEventRef
    from .workflow_triggers import WorkflowTriggers as WorkflowTriggers
    from .workflow_update_request import WorkflowUpdateRequest as WorkflowUpdateRequest
    from .workflow_version import WorkflowVersion as WorkflowVersion
    from .workflow_version_meta import WorkflowVersionMeta as WorkflowVersionMeta
    from .workflow_workers_count import WorkflowWorkersCount as WorkflowWorkersCount

__all__ = (
    "APIError",
    "APIErrors",
    "APIMeta",
    "APIMetaAuth",
    "APIMetaIntegration",
    "APIMetaPosthog",
    "APIResourceMeta",
    "APIToken",
    "BulkCreateEventRequest",
    "BulkCreateEventResponse",
    "CancelEventRequest",
    "ConcurrencyLimitStrategy",
    "ConcurrencyScope",
    "ConcurrencySetting",
    "ConcurrencyStat",
    "CreateAPITokenRequest",
    "CreateAPITokenResponse",
    "CreateCronWorkflowTriggerRequest",
    "CreateEventRequest",
    "CreateTenantAlertEmailGroupRequest",
    "CreateTenantRequest",
    "CronWorkflows",
    "CronWorkflowsList",
    "CronWorkflowsMethod",
    "CronWorkflowsOrderByField",
    "Event",
    "EventData",
    "EventKey",
    "EventKeyList",
    "EventList",
    "EventOrderByDirection",
    "EventOrderByField",
    "EventSearch",
    "EventUpdateCancelResponse",
    "EventWorkflowRunSummary",
    "Id",
    "InfoGetVersionResponse",
    "Job",
    "JobRun",
    "JobRunStatus",
    "ListAPIMetaIntegration",
    "ListAPITokensResponse",
    "OtelSpan",
    "OtelSpanKind",
    "OtelSpanList",
    "OtelStatusCode",
    "PaginationResponse",
    "PauseWorkflowRequest",
    "PauseWorkflowRequestPause",
    "PauseWorkflowRequestUnpause",
    "QueueMetrics",
    "RateLimit",
    "RateLimitList",
    "RateLimitOrderByDirection",
    "RateLimitOrderByField",
    "RecentStepRuns",
    "RegisteredWorkflow",
    "ReplayEventRequest",
    "ReplayWorkflowRunsRequest",
    "ReplayWorkflowRunsResponse",
    "RerunStepRunRequest",
    "ScheduleWorkflowRunRequest",
    "ScheduledRunStatus",
    "ScheduledWorkflows",
    "ScheduledWorkflowsBulkDeleteFilter",
    "ScheduledWorkflowsBulkDeleteRequest",
    "ScheduledWorkflowsBulkDeleteResponse",
    "ScheduledWorkflowsBulkError",
    "ScheduledWorkflowsBulkUpdateItem",
    "ScheduledWorkflowsBulkUpdateRequest",
    "ScheduledWorkflowsBulkUpdateResponse",
    "ScheduledWorkflowsList",
    "ScheduledWorkflowsMethod",
    "ScheduledWorkflowsOrderByField",
    "SemaphoreSlots",
    "Step",
    "StepRun",
    "StepRunArchive",
    "StepRunArchiveList",
    "StepRunEvent",
    "StepRunEventList",
    "StepRunEventReason",
    "StepRunEventSeverity",
    "StepRunGetSchemaResponse",
    "StepRunStatus",
    "TaskStat",
    "TaskStats",
    "TaskStatusStat",
    "Tenant",
    "TenantAlertEmailGroup",
    "TenantAlertEmailGroupList",
    "TenantAlertingSettings",
    "TenantEntitlements",
    "TenantEnvironment",
    "TenantMember",
    "TenantMemberList",
    "TenantMemberRole",
    "TenantQueueMetrics",
    "TenantResource",
    "TenantResourceLimit",
    "TenantResourcePolicy",
    "TenantStepRunQueueMetrics",
    "TenantVersion",
    "TriggerRunResult",
    "TriggerWorkflowRunRequest",
    "UpdateCronWorkflowTriggerRequest",
    "UpdateScheduledWorkflowRunRequest",
    "UpdateTenantAlertEmailGroupRequest",
    "UpdateTenantMemberRequest",
    "UpdateTenantRequest",
    "UpdateWorkerRequest",
    "UserTenantPublic",
    "V1AdditionalMetadataOperator",
    "V1BranchDurableTaskRequest",
    "V1BranchDurableTaskResponse",
    "V1CELDebugRequest",
    "V1CELDebugResponse",
    "V1CELDebugResponseStatus",
    "V1CancelTaskRequest",
    "V1CancelledTasks",
    "V1CreateFilterRequest",
    "V1CreateHTTPOperatorRequest",
    "V1CreateServerlessEndpointRequest",
    "V1CreateWebhookRequest",
    "V1CreateWebhookRequestAPIKey",
    "V1CreateWebhookRequestBase",
    "V1CreateWebhookRequestBasicAuth",
    "V1CreateWebhookRequestHMAC",
    "V1DagChildren",
    "V1DurableEventLogEntry",
    "V1DurableEventLogKind",
    "V1DurableEventLogList",
    "V1DurableWaitCondition",
    "V1DurableWaitConditionKind",
    "V1Event",
    "V1EventList",
    "V1EventTriggeredRun",
    "V1EventWorkflowRunSummary",
    "V1Filter",
    "V1FilterList",
    "V1HTTPOperator",
    "V1HTTPOperatorList",
    "V1LogLine",
    "V1LogLineLevel",
    "V1LogLineList",
    "V1LogLineOrderByDirection",
    "V1LogsPointMetric",
    "V1LogsPointMetrics",
    "V1ReplayTaskRequest",
    "V1ReplayedTasks",
    "V1RestoreTaskResponse",
    "V1RunningDetailCount",
    "V1RunningFilter",
    "V1ServerlessEndpoint",
    "V1ServerlessEndpointKind",
    "V1ServerlessEndpointList",
    "V1ServerlessEndpointStatus",
    "V1StreamPayloadRef",
    "V1StreamPayloadUploadRequest",
    "V1StreamTopic",
    "V1StreamTopicList",
    "V1TaskEvent",
    "V1TaskEventList",
    "V1TaskEventType",
    "V1TaskFilter",
    "V1TaskPointMetric",
    "V1TaskPointMetrics",
    "V1TaskRunMetric",
    "V1TaskRunMetrics",
    "V1TaskStatus",
    "V1TaskSummary",
    "V1TaskSummaryList",
    "V1TaskTiming",
    "V1TaskTimingList",
    "V1TriggerWorkflowRunRequest",
    "V1UpdateFilterRequest",
    "V1UpdateHTTPOperatorRequest",
    "V1UpdateServerlessEndpointRequest",
    "V1UpdateWebhookRequest",
    "V1WaitData",
    "V1WaitItem",
    "V1Webhook",
    "V1WebhookAPIKeyAuth",
    "V1WebhookAuthType",
    "V1WebhookBasicAuth",
    "V1WebhookHMACAlgorithm",
    "V1WebhookHMACAuth",
    "V1WebhookHMACEncoding",
    "V1WebhookList",
    "V1WebhookResponse",
    "V1WebhookSourceName",
    "V1WorkflowRun",
    "V1WorkflowRunCount",
    "V1WorkflowRunDetails",
    "V1WorkflowRunDisplayName",
    "V1WorkflowRunDisplayNameList",
    "V1WorkflowType",
    "WebhookWorker",
    "WebhookWorkerCreateRequest",
    "WebhookWorkerCreated",
    "WebhookWorkerListResponse",
    "WebhookWorkerRequest",
    "WebhookWorkerRequestListResponse",
    "WebhookWorkerRequestMethod",
    "Worker",
    "WorkerLabel",
    "WorkerList",
    "WorkerRuntimeInfo",
    "WorkerRuntimeSDKs",
    "WorkerSlotConfig",
    "WorkerStatus",
    "WorkerType",
    "Workflow",
    "WorkflowConcurrency",
    "WorkflowID",
    "WorkflowKind",
    "WorkflowKindList",
    "WorkflowList",
    "WorkflowMetrics",
    "WorkflowPauseScheduledCronRunQueueBehavior",
    "WorkflowRun",
    "WorkflowRunCancelResponse",
    "WorkflowRunGetInputResponse",
    "WorkflowRunList",
    "WorkflowRunOrderByDirection",
    "WorkflowRunOrderByField",
    "WorkflowRunShape",
    "WorkflowRunShapeForWorkflowRunDetails",
    "WorkflowRunShapeItemForWorkflowRunDetails",
    "WorkflowRunStatus",
    "WorkflowRunStatusList",
    "WorkflowRunTriggeredBy",
    "WorkflowRunsCancelRequest",
    "WorkflowRunsMetrics",
    "WorkflowRunsMetricsCounts",
    "WorkflowTag",
    "WorkflowTriggerCronRef",
    "WorkflowTriggerEventRef",
    "WorkflowTriggers",
    "WorkflowUpdateRequest",
    "WorkflowVersion",
    "WorkflowVersionMeta",
    "WorkflowWorkersCount",
)

if not TYPE_CHECKING:
    _MODULES = {
        "APIError": "api_error",
        "APIErrors": "api_errors",
        "APIMeta": "api_meta",
        "APIMetaAuth": "api_meta_auth",
        "APIMetaIntegration": "api_meta_integration",
        "APIMetaPosthog": "api_meta_posthog",
        "APIResourceMeta": "api_resource_meta",
        "APIToken": "api_token",
        "BulkCreateEventRequest": "bulk_create_event_request",
        "BulkCreateEventResponse": "bulk_create_event_response",
        "CancelEventRequest": "cancel_event_request",
        "ConcurrencyLimitStrategy": "concurrency_limit_strategy",
        "ConcurrencyScope": "concurrency_scope",
        "ConcurrencySetting": "concurrency_setting",
        "ConcurrencyStat": "concurrency_stat",
        "CreateAPITokenRequest": "create_api_token_request",
        "CreateAPITokenResponse": "create_api_token_response",
        "CreateCronWorkflowTriggerRequest": "create_cron_workflow_trigger_request",
        "CreateEventRequest": "create_event_request",
        "CreateTenantAlertEmailGroupRequest": "create_tenant_alert_email_group_request",
        "CreateTenantRequest": "create_tenant_request",
        "CronWorkflows": "cron_workflows",
        "CronWorkflowsList": "cron_workflows_list",
        "CronWorkflowsMethod": "cron_workflows_method",
        "CronWorkflowsOrderByField": "cron_workflows_order_by_field",
        "Event": "event",
        "EventData": "event_data",
        "EventKey": "event_key",
        "EventKeyList": "event_key_list",
        "EventList": "event_list",
        "EventOrderByDirection": "event_order_by_direction",
        "EventOrderByField": "event_order_by_field",
        "EventSearch": "event_search",
        "EventUpdateCancelResponse": "event_update_cancel_response",
        "EventWorkflowRunSummary": "event_workflow_run_summary",
        "Id": "id",
        "InfoGetVersionResponse": "info_get_version_response",
        "Job": "job",
        "JobRun": "job_run",
        "JobRunStatus": "job_run_status",
        "ListAPIMetaIntegration": "list_api_meta_integration",
        "ListAPITokensResponse": "list_api_tokens_response",
        "OtelSpan": "otel_span",
        "OtelSpanKind": "otel_span_kind",
        "OtelSpanList": "otel_span_list",
        "OtelStatusCode": "otel_status_code",
        "PaginationResponse": "pagination_response",
        "PauseWorkflowRequest": "pause_workflow_request",
        "PauseWorkflowRequestPause": "pause_workflow_request_pause",
        "PauseWorkflowRequestUnpause": "pause_workflow_request_unpause",
        "QueueMetrics": "queue_metrics",
        "RateLimit": "rate_limit",
        "RateLimitList": "rate_limit_list",
        "RateLimitOrderByDirection": "rate_limit_order_by_direction",
        "RateLimitOrderByField": "rate_limit_order_by_field",
        "RecentStepRuns": "recent_step_runs",
        "RegisteredWorkflow": "registered_workflow",
        "ReplayEventRequest": "replay_event_request",
        "ReplayWorkflowRunsRequest": "replay_workflow_runs_request",
        "ReplayWorkflowRunsResponse": "replay_workflow_runs_response",
        "RerunStepRunRequest": "rerun_step_run_request",
        "ScheduleWorkflowRunRequest": "schedule_workflow_run_request",
        "ScheduledRunStatus": "scheduled_run_status",
        "ScheduledWorkflows": "scheduled_workflows",
        "ScheduledWorkflowsBulkDeleteFilter": "scheduled_workflows_bulk_delete_filter",
        "ScheduledWorkflowsBulkDeleteRequest": "scheduled_workflows_bulk_delete_request",
        "ScheduledWorkflowsBulkDeleteResponse": "scheduled_workflows_bulk_delete_response",
        "ScheduledWorkflowsBulkError": "scheduled_workflows_bulk_error",
        "ScheduledWorkflowsBulkUpdateItem": "scheduled_workflows_bulk_update_item",
        "ScheduledWorkflowsBulkUpdateRequest": "scheduled_workflows_bulk_update_request",
        "ScheduledWorkflowsBulkUpdateResponse": "scheduled_workflows_bulk_update_response",
        "ScheduledWorkflowsList": "scheduled_workflows_list",
        "ScheduledWorkflowsMethod": "scheduled_workflows_method",
        "ScheduledWorkflowsOrderByField": "scheduled_workflows_order_by_field",
        "SemaphoreSlots": "semaphore_slots",
        "Step": "step",
        "StepRun": "step_run",
        "StepRunArchive": "step_run_archive",
        "StepRunArchiveList": "step_run_archive_list",
        "StepRunEvent": "step_run_event",
        "StepRunEventList": "step_run_event_list",
        "StepRunEventReason": "step_run_event_reason",
        "StepRunEventSeverity": "step_run_event_severity",
        "StepRunGetSchemaResponse": "step_run_get_schema_response",
        "StepRunStatus": "step_run_status",
        "TaskStat": "task_stat",
        "TaskStats": "task_stats",
        "TaskStatusStat": "task_status_stat",
        "Tenant": "tenant",
        "TenantAlertEmailGroup": "tenant_alert_email_group",
        "TenantAlertEmailGroupList": "tenant_alert_email_group_list",
        "TenantAlertingSettings": "tenant_alerting_settings",
        "TenantEntitlements": "tenant_entitlements",
        "TenantEnvironment": "tenant_environment",
        "TenantMember": "tenant_member",
        "TenantMemberList": "tenant_member_list",
        "TenantMemberRole": "tenant_member_role",
        "TenantQueueMetrics": "tenant_queue_metrics",
        "TenantResource": "tenant_resource",
        "TenantResourceLimit": "tenant_resource_limit",
        "TenantResourcePolicy": "tenant_resource_policy",
        "TenantStepRunQueueMetrics": "tenant_step_run_queue_metrics",
        "TenantVersion": "tenant_version",
        "TriggerRunResult": "trigger_run_result",
        "TriggerWorkflowRunRequest": "trigger_workflow_run_request",
        "UpdateCronWorkflowTriggerRequest": "update_cron_workflow_trigger_request",
        "UpdateScheduledWorkflowRunRequest": "update_scheduled_workflow_run_request",
        "UpdateTenantAlertEmailGroupRequest": "update_tenant_alert_email_group_request",
        "UpdateTenantMemberRequest": "update_tenant_member_request",
        "UpdateTenantRequest": "update_tenant_request",
        "UpdateWorkerRequest": "update_worker_request",
        "UserTenantPublic": "user_tenant_public",
        "V1AdditionalMetadataOperator": "v1_additional_metadata_operator",
        "V1BranchDurableTaskRequest": "v1_branch_durable_task_request",
        "V1BranchDurableTaskResponse": "v1_branch_durable_task_response",
        "V1CELDebugRequest": "v1_cel_debug_request",
        "V1CELDebugResponse": "v1_cel_debug_response",
        "V1CELDebugResponseStatus": "v1_cel_debug_response_status",
        "V1CancelTaskRequest": "v1_cancel_task_request",
        "V1CancelledTasks": "v1_cancelled_tasks",
        "V1CreateFilterRequest": "v1_create_filter_request",
        "V1CreateHTTPOperatorRequest": "v1_create_http_operator_request",
        "V1CreateServerlessEndpointRequest": "v1_create_serverless_endpoint_request",
        "V1CreateWebhookRequest": "v1_create_webhook_request",
        "V1CreateWebhookRequestAPIKey": "v1_create_webhook_request_api_key",
        "V1CreateWebhookRequestBase": "v1_create_webhook_request_base",
        "V1CreateWebhookRequestBasicAuth": "v1_create_webhook_request_basic_auth",
        "V1CreateWebhookRequestHMAC": "v1_create_webhook_request_hmac",
        "V1DagChildren": "v1_dag_children",
        "V1DurableEventLogEntry": "v1_durable_event_log_entry",
        "V1DurableEventLogKind": "v1_durable_event_log_kind",
        "V1DurableEventLogList": "v1_durable_event_log_list",
        "V1DurableWaitCondition": "v1_durable_wait_condition",
        "V1DurableWaitConditionKind": "v1_durable_wait_condition_kind",
        "V1Event": "v1_event",
        "V1EventList": "v1_event_list",
        "V1EventTriggeredRun": "v1_event_triggered_run",
        "V1EventWorkflowRunSummary": "v1_event_workflow_run_summary",
        "V1Filter": "v1_filter",
        "V1FilterList": "v1_filter_list",
        "V1HTTPOperator": "v1_http_operator",
        "V1HTTPOperatorList": "v1_http_operator_list",
        "V1LogLine": "v1_log_line",
        "V1LogLineLevel": "v1_log_line_level",
        "V1LogLineList": "v1_log_line_list",
        "V1LogLineOrderByDirection": "v1_log_line_order_by_direction",
        "V1LogsPointMetric": "v1_logs_point_metric",
        "V1LogsPointMetrics": "v1_logs_point_metrics",
        "V1ReplayTaskRequest": "v1_replay_task_request",
        "V1ReplayedTasks": "v1_replayed_tasks",
        "V1RestoreTaskResponse": "v1_restore_task_response",
        "V1RunningDetailCount": "v1_running_detail_count",
        "V1RunningFilter": "v1_running_filter",
        "V1ServerlessEndpoint": "v1_serverless_endpoint",
        "V1ServerlessEndpointKind": "v1_serverless_endpoint_kind",
        "V1ServerlessEndpointList": "v1_serverless_endpoint_list",
        "V1ServerlessEndpointStatus": "v1_serverless_endpoint_status",
        "V1StreamPayloadRef": "v1_stream_payload_ref",
        "V1StreamPayloadUploadRequest": "v1_stream_payload_upload_request",
        "V1StreamTopic": "v1_stream_topic",
        "V1StreamTopicList": "v1_stream_topic_list",
        "V1TaskEvent": "v1_task_event",
        "V1TaskEventList": "v1_task_event_list",
        "V1TaskEventType": "v1_task_event_type",
        "V1TaskFilter": "v1_task_filter",
        "V1TaskPointMetric": "v1_task_point_metric",
        "V1TaskPointMetrics": "v1_task_point_metrics",
        "V1TaskRunMetric": "v1_task_run_metric",
        "V1TaskRunMetrics": "v1_task_run_metrics",
        "V1TaskStatus": "v1_task_status",
        "V1TaskSummary": "v1_task_summary",
        "V1TaskSummaryList": "v1_task_summary_list",
        "V1TaskTiming": "v1_task_timing",
        "V1TaskTimingList": "v1_task_timing_list",
        "V1TriggerWorkflowRunRequest": "v1_trigger_workflow_run_request",
        "V1UpdateFilterRequest": "v1_update_filter_request",
        "V1UpdateHTTPOperatorRequest": "v1_update_http_operator_request",
        "V1UpdateServerlessEndpointRequest": "v1_update_serverless_endpoint_request",
        "V1UpdateWebhookRequest": "v1_update_webhook_request",
        "V1WaitData": "v1_wait_data",
        "V1WaitItem": "v1_wait_item",
        "V1Webhook": "v1_webhook",
        "V1WebhookAPIKeyAuth": "v1_webhook_api_key_auth",
        "V1WebhookAuthType": "v1_webhook_auth_type",
        "V1WebhookBasicAuth": "v1_webhook_basic_auth",
        "V1WebhookHMACAlgorithm": "v1_webhook_hmac_algorithm",
        "V1WebhookHMACAuth": "v1_webhook_hmac_auth",
        "V1WebhookHMACEncoding": "v1_webhook_hmac_encoding",
        "V1WebhookList": "v1_webhook_list",
        "V1WebhookResponse": "v1_webhook_response",
        "V1WebhookSourceName": "v1_webhook_source_name",
        "V1WorkflowRun": "v1_workflow_run",
        "V1WorkflowRunCount": "v1_workflow_run_count",
        "V1WorkflowRunDetails": "v1_workflow_run_details",
        "V1WorkflowRunDisplayName": "v1_workflow_run_display_name",
        "V1WorkflowRunDisplayNameList": "v1_workflow_run_display_name_list",
        "V1WorkflowType": "v1_workflow_type",
        "WebhookWorker": "webhook_worker",
        "WebhookWorkerCreateRequest": "webhook_worker_create_request",
        "WebhookWorkerCreated": "webhook_worker_created",
        "WebhookWorkerListResponse": "webhook_worker_list_response",
        "WebhookWorkerRequest": "webhook_worker_request",
        "WebhookWorkerRequestListResponse": "webhook_worker_request_list_response",
        "WebhookWorkerRequestMethod": "webhook_worker_request_method",
        "Worker": "worker",
        "WorkerLabel": "worker_label",
        "WorkerList": "worker_list",
        "WorkerRuntimeInfo": "worker_runtime_info",
        "WorkerRuntimeSDKs": "worker_runtime_sd_ks",
        "WorkerSlotConfig": "worker_slot_config",
        "WorkerStatus": "worker_status",
        "WorkerType": "worker_type",
        "Workflow": "workflow",
        "WorkflowConcurrency": "workflow_concurrency",
        "WorkflowID": "workflow_id",
        "WorkflowKind": "workflow_kind",
        "WorkflowKindList": "workflow_kind_list",
        "WorkflowList": "workflow_list",
        "WorkflowMetrics": "workflow_metrics",
        "WorkflowPauseScheduledCronRunQueueBehavior": "workflow_pause_scheduled_cron_run_queue_behavior",
        "WorkflowRun": "workflow_run",
        "WorkflowRunCancelResponse": "workflow_run_cancel_response",
        "WorkflowRunGetInputResponse": "workflow_run_get_input_response",
        "WorkflowRunList": "workflow_run_list",
        "WorkflowRunOrderByDirection": "workflow_run_order_by_direction",
        "WorkflowRunOrderByField": "workflow_run_order_by_field",
        "WorkflowRunShape": "workflow_run_shape",
        "WorkflowRunShapeForWorkflowRunDetails": "workflow_run_shape_for_workflow_run_details",
        "WorkflowRunShapeItemForWorkflowRunDetails": "workflow_run_shape_item_for_workflow_run_details",
        "WorkflowRunStatus": "workflow_run_status",
        "WorkflowRunStatusList": "workflow_run_status_list",
        "WorkflowRunTriggeredBy": "workflow_run_triggered_by",
        "WorkflowRunsCancelRequest": "workflow_runs_cancel_request",
        "WorkflowRunsMetrics": "workflow_runs_metrics",
        "WorkflowRunsMetricsCounts": "workflow_runs_metrics_counts",
        "WorkflowTag": "workflow_tag",
        "WorkflowTriggerCronRef": "workflow_trigger_cron_ref",
        "WorkflowTriggerEventRef": "workflow_trigger_event_ref",
        "WorkflowTriggers": "workflow_triggers",
        "WorkflowUpdateRequest": "workflow_update_request",
        "WorkflowVersion": "workflow_version",
        "WorkflowVersionMeta": "workflow_version_meta",
        "WorkflowWorkersCount": "workflow_workers_count",
    }

    def __getattr__(name: str) -> object:
        module = _MODULES.get(name)
        if module is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(f".{module}", __name__), name)
        return value

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
