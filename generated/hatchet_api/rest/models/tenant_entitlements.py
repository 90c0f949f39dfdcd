# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field


class TenantEntitlements(Model):
    """
    Which optional features a tenant may use. The version that brought it is not known.
    """

    audit_logs: Annotated[bool, Field(alias="auditLogs")]
    """
    Whether changes are recorded in an audit log.
    """

    prometheus_metrics: Annotated[bool, Field(alias="prometheusMetrics")]
    """
    Whether metrics in the Prometheus format can be fetched.
    """

    strict_additional_metadata_filters: Annotated[bool, Field(alias="strictAdditionalMetadataFilters")]
    """
    Whether several metadata pairs of a filter must all match.
    """

    dag_operator: Annotated[bool, Field(alias="dagOperator")]
    """
    Whether DAGs run on the engine's own orchestrator.
    """

    durable_streams: Annotated[bool, Field(alias="durableStreams")]
    """
    Whether durable streams can be used.
    """

    serverless_operator: Annotated[bool, Field(alias="serverlessOperator")]
    """
    Whether serverless endpoints can be used.
    """
