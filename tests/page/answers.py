"""What an engine answers whose views are recorded: of everything that a view can show at least one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.canned import TIME, Json, at, id_of, listed, meta, run, task

Answers = Mapping[str, Any]
STABLE = "GET /api/v1/stable"
TENANT = "GET /api/v1/tenants/t"
RUNS, COUNTS = f"{STABLE}/tenants/t/workflow-runs", f"{STABLE}/tenants/t/task-metrics"
WORKFLOWS, WORKERS, EVENTS = f"{TENANT}/workflows", f"{TENANT}/worker", f"{STABLE}/tenants/t/events"
CRONS, SCHEDULES = f"{TENANT}/workflows/crons", f"{TENANT}/workflows/scheduled"
LIMITS, WEBHOOKS = f"{TENANT}/rate-limits", f"{STABLE}/tenants/t/webhooks"
ERROR = 'ValueError: no money\\\nat all\nTraceback (most recent call last):\n  File "a.py", line 1, in pay'
LONG = "word " * 60


def workflow(number: int, name: str, **given: Any) -> Json:
    """A workflow."""
    return {"metadata": meta(number), "name": name, "tenantId": id_of(0), **given}


SOME_WORKFLOWS = listed(
    workflow(101, "ship", isPaused=True, description="sends & packs"), workflow(100, "order", isPaused=False)
)
NUMBERS = [
    {"status": status, "count": count}
    for status, count in (("QUEUED", 1), ("RUNNING", 2), ("COMPLETED", 3000), ("FAILED", 4), ("CANCELLED", 5))
]
METADATA = {"team": "tea", "n": {"a": 1}, "hatchet__x": "y", "traceparent": "z"}
SOME_RUNS = listed(
    task(1, "order", duration=61_000, additionalMetadata=METADATA),
    task(2, "pay", status="FAILED", duration=12, errorMessage=ERROR),
    task(3, "asks", status="RUNNING", isEvicted=True, workflowName=None, workflowRunExternalId=""),
    task(4, "late", status="CANCELLED", duration=0, errorMessage=LONG),
    pages=3,
)
LIST: Answers = {RUNS: SOME_RUNS, COUNTS: NUMBERS, WORKFLOWS: SOME_WORKFLOWS}

# -- a run of several tasks


def happened(number: int, of: int, kind: str, seconds: float, retry: int | None = 0, **given: Any) -> Json:
    """An event of a task."""
    return {
        "id": number,
        "taskId": id_of(of),
        "timestamp": at(seconds),
        "eventType": kind,
        "message": f"it {kind.lower()}",
        "retryCount": retry,
        **given,
    }


def line(seconds: float, message: str, **given: Any) -> Json:
    """A line of a log."""
    return {"createdAt": at(seconds), "message": message, "metadata": {}, **given}


def shaped(*names: str) -> list[Json]:
    """Tasks of a run, one after the other, with ids from 11 on."""
    return [
        {
            "taskExternalId": id_of(11 + number),
            "stepId": id_of(51 + number),
            "taskName": name,
            "childrenStepIds": [id_of(52 + number)] if number + 1 < len(names) else [],
        }
        for number, name in enumerate(names)
    ]


SHAPE = [
    *shaped("count", "pay", "pack"),
    {"taskExternalId": id_of(14), "stepId": id_of(54), "taskName": "sorry", "childrenStepIds": []},
]
TASKS = [
    task(
        11,
        "count",
        stepId=id_of(51),
        output={"n": 3},
        startedAt=at(1),
        finishedAt=at(2),
        retryCount=0,
        attempt=1,
        workflowRunExternalId=id_of(1),
        input={"input": {"customer": "Ada"}, "parents": {}},
    ),
    task(
        12,
        "pay",
        stepId=id_of(52),
        status="FAILED",
        errorMessage=ERROR,
        startedAt=at(7),
        finishedAt=at(9),
        retryCount=2,
        attempt=3,
        createdAt=at(2),
        workflowRunExternalId=id_of(1),
    ),
    task(
        13,
        "pack",
        stepId=id_of(53),
        status="CANCELLED",
        createdAt=at(2),
        finishedAt=at(9),
        workflowRunExternalId=id_of(1),
    ),
    task(
        14,
        "sorry",
        stepId=id_of(54),
        output={"skipped": True},
        createdAt=at(9),
        startedAt=at(9),
        finishedAt=at(9),
        workflowRunExternalId=id_of(1),
    ),
]
HAPPENED = [
    happened(9, 12, "FAILED", 9, 2, errorMessage=ERROR),
    happened(1, 11, "QUEUED", 0),
    happened(2, 11, "STARTED", 1),
    happened(3, 11, "FINISHED", 2),
    happened(4, 12, "QUEUED", 2),
    happened(5, 12, "STARTED", 3),
    happened(6, 12, "TIMED_OUT", 4),
    happened(7, 12, "QUEUED", 5, 2),
    happened(8, 12, "STARTED", 7, 2),
    happened(10, 13, "CREATED", 2, None),
    happened(11, 13, "CANCELLED", 9, None),
]
DAG = run(
    1,
    TASKS,
    shape=SHAPE,
    events=HAPPENED,
    status="FAILED",
    finishedAt=at(95),
    additionalMetadata=METADATA,
    input={"input": {"customer": "Ada"}, "parents": {}},
    output={"count": {"n": 3}},
    errorMessage=ERROR,
    parentTaskExternalId=id_of(8),
    config={"onFailureJob": {"ReadableId": "sorry"}},
)
LINES = listed(
    line(3, "last", level="ERROR", taskExternalId=id_of(12)),
    line(2, "second", taskExternalId=id_of(99), taskDisplayName="of another"),
    line(1, "first <b>", level="INFO"),
)
ONE = f"{STABLE}/workflow-runs/{id_of(1)}"
LOGS = f"{STABLE}/tenants/t/logs"
CHILD = task(31, "child", status="RUNNING")
OF_IT = {ONE: DAG, LOGS: LINES, f"GET /api/v1/workflows/{id_of(100)}": workflow(100, "order"), RUNS: listed()}

# -- a run of one durable task

ENTRIES = [
    {
        "nodeId": node,
        "branchId": branch,
        "kind": kind,
        "isSatisfied": done,
        "insertedAt": at(node),
        "userMessage": label,
        "waitData": waits,
        "taskExternalId": id_of(21),
        "taskDisplayName": "asks",
        "satisfiedAt": None,
    }
    for node, branch, kind, done, label, waits in (
        (1, 1, "RUN", True, None, [{"kind": "CHILD_WORKFLOW", "workflowName": "child"}]),
        (
            2,
            1,
            "WAIT_FOR",
            False,
            None,
            [
                {"kind": "SLEEP", "sleepDurationMs": 90_000},
                {"or": [{"kind": "USER_EVENT", "eventKey": "paid"}, {"kind": "SLEEP"}]},
            ],
        ),
        (3, 2, "MEMO", True, "a memo", None),
    )
]
DURABLE = task(
    21, "asks", isDurable=True, status="RUNNING", startedAt=at(1), workflowRunExternalId=id_of(2), numSpawnedChildren=1
)
OPEN: Answers = {
    f"{STABLE}/workflow-runs/{id_of(2)}": run(
        2,
        [DURABLE],
        shape=[{**shaped("asks")[0], "taskExternalId": id_of(21)}],
        status="RUNNING",
        finishedAt=None,
        events=[happened(1, 21, "QUEUED", 0), happened(2, 21, "STARTED", 1)],
    ),
    f"{STABLE}/tenants/t/durable-tasks/{id_of(21)}": ENTRIES,
    LOGS: listed(),
    RUNS: listed(*[CHILD] * 10),
}

# -- runs of one task or of none, of an engine that has lines of single tasks only

LATER = {"createdAt": at(1), "workflowRunExternalId": id_of(4)}


def of_tasks(*tasks: Json, names: str = "a b c", **given: Any) -> Answers:
    """The answers for the view of a run that has these tasks, and of which the workflow is gone."""
    return {
        f"{STABLE}/workflow-runs/{id_of(4)}": run(4, [*tasks], shape=shaped(*names.split()), **given),
        RUNS: listed(CHILD),
        **{f"{STABLE}/tasks/{task['taskExternalId']}/logs": listed(line(1, "of one")) for task in tasks},
    }


ALONE = of_tasks(
    task(11, "a", status="RUNNING", isEvicted=True, isDurable=False, output={"n": 1}, retryCount=1, **LATER),
    names="a",
    status="QUEUED",
    startedAt=None,
    finishedAt=None,
    createdAt=None,
    output={"a": {"n": 1}},
    input=None,
)
QUEUED, RUNNING, ENDED, SECOND = (
    task(11, "a", status="QUEUED", taskId=9, **LATER),
    task(12, "b", status="RUNNING", startedAt=at(2), **LATER),
    task(13, "c", startedAt=at(2), finishedAt=at(3), **LATER),
    task(14, "d", startedAt=at(2), finishedAt=at(3), errorMessage="no traceback", **LATER),
)

# -- workflows

TRIGGERS = {
    "events": [{"event_key": "made"}, {"event_key": "paid"}],
    "crons": [{"cron": "0 8 * * *"}, {"cron": "@daily"}],
}
SCHEMA = {
    "type": "object",
    "properties": {
        "customer": {"type": "string", "title": "Who", "description": "who pays"},
        "amount": {"type": "integer", "minimum": 1, "maximum": 9, "default": 2},
        "gift": {"type": "boolean"},
    },
    "required": ["customer"],
}
CONFIG = {
    "Tasks": [
        {"ReadableId": "count"},
        {"ReadableId": "pack", "Parents": ["count"], "isDurable": True},
        "nonsense",
    ],
    "onFailureJob": {"ReadableId": "sorry"},
}


def version(**given: Any) -> Json:
    """A version of the workflow `order`."""
    return {
        "metadata": meta(200),
        "version": "v",
        "order": 1,
        "workflowId": id_of(100),
        "workflow": workflow(100, "order"),
        **given,
    }


def of_workflow(shown: Json, **given: Any) -> Answers:
    """The answers for the view of a workflow."""
    return {
        f"GET /api/v1/workflows/{id_of(100)}": shown,
        f"GET /api/v1/workflows/{id_of(100)}/versions": version(**given),
        RUNS: listed(task(41, "order", duration=1500), task(42, "order", status="RUNNING")),
        ONE: run(1, input={"input": {"customer": "Ada", "gift": True}, "parents": {}}, additionalMetadata=METADATA),
        f"{STABLE}/workflow-runs/{id_of(3)}": run(3, input={"elsewhere": 1}),
    }


FORM = of_workflow(
    workflow(100, "order", description="takes orders"), inputJsonSchema=SCHEMA, triggers=TRIGGERS, workflowConfig=CONFIG
)
BARE = of_workflow(workflow(100, "order", isPaused=True))

# -- lists

SOME_WORKERS = listed(
    {"metadata": meta(61), "name": "z", "type": "SELFHOSTED", "status": "INACTIVE", "lastHeartbeatAt": None},
    {
        "metadata": meta(62),
        "name": "y",
        "type": "SELFHOSTED",
        "status": "PAUSED",
        "lastHeartbeatAt": at(1),
        "labels": [{"metadata": meta(1), "key": "gpu", "value": "a"}, {"metadata": meta(2), "key": "n", "value": None}],
    },
    {
        "metadata": meta(63),
        "name": "x",
        "type": "SELFHOSTED",
        "status": "ACTIVE",
        "lastHeartbeatAt": at(2),
        "slotConfig": {"default": {"available": 3, "limit": 10}, "durable": {"limit": 7}},
    },
    {"metadata": meta(64), "name": "w", "type": "SELFHOSTED"},
)
SUMMARY = {"running": 0, "queued": 0, "succeeded": 0, "failed": 0, "cancelled": 0}
SOME_EVENTS = listed(
    {
        "metadata": meta(71),
        "key": "made",
        "tenantId": id_of(0),
        "workflowRunSummary": SUMMARY,
        "payload": {"n": 1},
        "scope": "s",
        "seenAt": at(5),
    },
    {
        "metadata": meta(72),
        "key": "paid",
        "tenantId": id_of(0),
        "workflowRunSummary": SUMMARY,
        "payload": {"text": LONG},
    },
)
TIMER = {
    "tenantId": id_of(0),
    "workflowVersionId": id_of(200),
    "workflowId": id_of(100),
    "workflowName": "order",
    "method": "API",
}
SOME_CRONS = listed(
    {"metadata": meta(81), **TIMER, "cron": "0 8 * * *", "name": "nightly", "enabled": True, "input": {"n": 1}},
    {"metadata": meta(82), **TIMER, "cron": "@daily", "name": "", "enabled": False},
)
SOME_SCHEDULES = listed(
    {"metadata": meta(83), **TIMER, "triggerAt": at(86_400), "input": {"n": 1}},
    {"metadata": meta(84), **TIMER, "triggerAt": TIME, "workflowRunStatus": "SUCCEEDED"},
)
SOME_LIMITS = listed(
    {"key": "calls", "tenantId": id_of(0), "limitValue": 1000, "value": 7, "window": "1 HOUR", "lastRefill": TIME}
)
HOOK = {
    "metadata": meta(91),
    "tenantId": id_of(0),
    "name": "hook",
    "sourceName": "GITHUB",
    "eventKeyExpression": "input.a",
    "authType": "BASIC",
}
NONE = {name: listed() for name in (RUNS, WORKFLOWS, WORKERS, EVENTS, CRONS, SCHEDULES, LIMITS, WEBHOOKS)}


# -- actions

NO_CONTENT = (204, None)
OF_ORDER = f"workflows/{id_of(100)}"
OF_CRON = {"cron": "0 8 * * *", "enabled": True}
THIS_TASK = f"tasks/{id_of(12)}"
DOING: Answers = {
    **FORM,
    EVENTS: listed(),
    f"PATCH /api/v1/{OF_ORDER}": workflow(100, "order"),
    f"DELETE /api/v1/{OF_ORDER}": NO_CONTENT,
    f"PATCH /api/v1/workers/{id_of(61)}": {"metadata": meta(61), "name": "x", "type": "SELFHOSTED"},
    f"{STABLE}/{THIS_TASK}": task(12, "pay", workflowRunExternalId=id_of(1)),
    f"POST /api/v1/stable/{THIS_TASK}/restore": {"requeued": True},
    "POST /api/v1/stable/tenants/t/durable-tasks/branch": {
        "taskExternalId": id_of(12), "nodeId": 3, "branchId": 3,
    },
    "POST /api/v1/tenants/t/workflows/order/crons": {"metadata": meta(81), **TIMER, **OF_CRON},
    "POST /api/v1/tenants/t/workflows/order/scheduled": {"metadata": meta(83), **TIMER, "triggerAt": TIME},
    f"POST {CRONS[4:]}/{id_of(81)}": {"externalId": id_of(6)},
    f"PATCH {CRONS[4:]}/{id_of(81)}": NO_CONTENT,
    f"DELETE {CRONS[4:]}/{id_of(81)}": NO_CONTENT,
    f"POST {SCHEDULES[4:]}/{id_of(83)}": {"externalId": id_of(6)},
    f"DELETE {SCHEDULES[4:]}/{id_of(83)}": NO_CONTENT,
    f"DELETE {LIMITS[4:]}": NO_CONTENT,
    f"{WEBHOOKS}/hook": HOOK,
    f"DELETE {WEBHOOKS[4:]}/hook": HOOK,
}  # fmt: skip
