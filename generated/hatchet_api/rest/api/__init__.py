# Generated from specs/ by `python -m codegen`; do not edit.
"""The operations of the REST API by what they are about. Importing this package imports none of them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import alert_groups as alert_groups
    from . import alerting_settings as alerting_settings
    from . import api_tokens as api_tokens
    from . import cel as cel
    from . import cloud_metadata as cloud_metadata
    from . import crons as crons
    from . import dags as dags
    from . import durable_tasks as durable_tasks
    from . import entitlements as entitlements
    from . import event_data as event_data
    from . import event_keys as event_keys
    from . import events as events
    from . import filters as filters
    from . import http_operators as http_operators
    from . import info as info
    from . import legacy_event_keys as legacy_event_keys
    from . import legacy_events as legacy_events
    from . import legacy_runs as legacy_runs
    from . import legacy_step_runs as legacy_step_runs
    from . import liveness as liveness
    from . import logs as logs
    from . import members as members
    from . import metadata as metadata
    from . import monitoring as monitoring
    from . import rate_limits as rate_limits
    from . import readiness as readiness
    from . import resource_policy as resource_policy
    from . import runs as runs
    from . import scheduled as scheduled
    from . import serverless_endpoints as serverless_endpoints
    from . import stream_payloads as stream_payloads
    from . import stream_topics as stream_topics
    from . import task_events as task_events
    from . import tasks as tasks
    from . import tenant_logs as tenant_logs
    from . import tenants as tenants
    from . import traces as traces
    from . import webhook_worker_requests as webhook_worker_requests
    from . import webhook_workers as webhook_workers
    from . import webhooks as webhooks
    from . import workers as workers
    from . import workflow_versions as workflow_versions
    from . import workflows as workflows

__all__ = (
    "alert_groups",
    "alerting_settings",
    "api_tokens",
    "cel",
    "cloud_metadata",
    "crons",
    "dags",
    "durable_tasks",
    "entitlements",
    "event_data",
    "event_keys",
    "events",
    "filters",
    "http_operators",
    "info",
    "legacy_event_keys",
    "legacy_events",
    "legacy_runs",
    "legacy_step_runs",
    "liveness",
    "logs",
    "members",
    "metadata",
    "monitoring",
    "rate_limits",
    "readiness",
    "resource_policy",
    "runs",
    "scheduled",
    "serverless_endpoints",
    "stream_payloads",
    "stream_topics",
    "task_events",
    "tasks",
    "tenant_logs",
    "tenants",
    "traces",
    "webhook_worker_requests",
    "webhook_workers",
    "webhooks",
    "workers",
    "workflow_versions",
    "workflows",
)

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return import_module(f".{name}", __name__)

    def __dir__():
        return sorted({*globals(), *__all__})
