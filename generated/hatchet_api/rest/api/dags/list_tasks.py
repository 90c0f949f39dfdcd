# Generated from specs/ by `python -m codegen`; do not edit.
"""List the tasks of several DAG runs at once, grouped by DAG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

import httpx

from ... import runtime
from ...models.v1_dag_children import V1DagChildren

_ANSWERS: Mapping[int, runtime.Reader[list[V1DagChildren]]] = {
    200: runtime.Json[list[V1DagChildren]](list[V1DagChildren]),
}


def build(
    *,
    dag_ids: Sequence[UUID | str],
    tenant: UUID | str,
) -> runtime.Operation[list[V1DagChildren]]:
    """List the tasks of several DAG runs at once, grouped by DAG.

    Args:
        dag_ids: External ids of the DAG runs.
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
    """
    return runtime.Operation(
        name="v1-dag:list:tasks",
        method="GET",
        path="/api/v1/stable/dags/tasks",
        answers=_ANSWERS,
        query=runtime.query(
            ("dag_ids", dag_ids),
            ("tenant", tenant),
        ),
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    *,
    dag_ids: Sequence[UUID | str],
    tenant: UUID | str,
    timeout: runtime.Timeout = None,
) -> list[V1DagChildren]:
    """List the tasks of several DAG runs at once, grouped by DAG.

    Args:
        dag_ids: External ids of the DAG runs.
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
    """
    operation = build(
        dag_ids=dag_ids,
        tenant=tenant,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    *,
    dag_ids: Sequence[UUID | str],
    tenant: UUID | str,
    timeout: runtime.Timeout = None,
) -> list[V1DagChildren]:
    """List the tasks of several DAG runs at once, grouped by DAG.

    Args:
        dag_ids: External ids of the DAG runs.
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
    """
    operation = build(
        dag_ids=dag_ids,
        tenant=tenant,
    )
    return await runtime.asend(client, operation, timeout=timeout)
