"""The reference, chapter by chapter: which public names stand where. A test finds every name in one of them."""

from __future__ import annotations

from typing import NamedTuple


class Chapter(NamedTuple):
    """A page of the reference."""

    file: str
    """Its name, without the ending."""
    title: str
    intro: str
    """What the page is about, in a sentence or two."""
    names: tuple[str, ...]
    """Full names, in the order of the page."""


def _in(module: str, names: str) -> tuple[str, ...]:
    return tuple(f"{module}.{name}" for name in names.split())


CHAPTERS = (
    Chapter(
        "client",
        "Client",
        "A `Hatchet` holds the connection to one engine. It declares tasks and workflows, and makes workers.",
        (
            "hatchet.client.Hatchet",
            *_in("hatchet.config", "ClientConfig ClientTLSConfig TlsStrategy TenacityConfig HealthcheckConfig"),
            *_in("hatchet.config", "EmbeddedHatchetConfig EmbeddedOptions OpenTelemetryConfig"),
            "hatchet.version.__version__",
        ),
    ),
    Chapter(
        "declarations",
        "Tasks and workflows",
        "What the decorators make, and what can be done with it: run it, schedule it, test it.",
        (
            "hatchet.definitions.standalone.Standalone",
            "hatchet.definitions.workflow.Workflow",
            "hatchet.definitions.task.Task",
            "hatchet.definitions.runnable.BulkRunItem",
            "hatchet.definitions.dependencies.Depends",
            *_in("hatchet.definitions.stubs", "StubsClient TaskStub WorkflowStub"),
            "hatchet.pictures",
        ),
    ),
    Chapter(
        "options",
        "Options",
        "Every keyword that decorators, triggers and waits take, with its default.",
        (
            *_in("hatchet.options.keys", "StandaloneOptions DurableStandaloneOptions BatchStandaloneOptions"),
            *_in("hatchet.options.keys", "WorkflowOptions WorkflowTaskOptions WorkflowDurableTaskOptions"),
            *_in("hatchet.options.keys", "TaskOptions BatchTaskOptions RunOptions PushEventOptions"),
            *_in(
                "hatchet.options.keys",
                "BulkItemOptions BulkPushEventOptions TriggerWorkflowOptions ScheduleTriggerWorkflowOptions",
            ),
            "hatchet.options.defaults.TaskDefaults",
            *_in(
                "hatchet.options.values", "RateLimit RateLimitDuration ConcurrencyExpression ConcurrencyLimitStrategy"
            ),
            *_in("hatchet.options.values", "Priority StickyStrategy DesiredWorkerLabel WorkerLabelComparator"),
            *_in("hatchet.options.values", "DefaultFilter TTLBasedIdempotencyConfig StatusBasedIdempotencyConfig"),
            *_in(
                "hatchet.options.conditions", "Condition SleepCondition UserEventCondition ParentCondition OrGroup or_"
            ),
            "hatchet.options.eviction.EvictionPolicy",
            "hatchet.options.payload.EmptyModel",
            "hatchet.options.nul.remove_null_unicode_character",
        ),
    ),
    Chapter(
        "context",
        "Context",
        "What a task is called with: its run, its parents' outputs, logs, streams, cancellation.",
        ("hatchet.context.context.Context",),
    ),
    Chapter(
        "durable",
        "Durable tasks",
        "What a durable task is called with: waits that survive a restart, memos, and what they give.",
        (
            "hatchet.context.durable.DurableContext",
            *_in("hatchet.context.outcomes", "WaitOutcome SleepResult"),
            "hatchet.context.combinators.Resolved",
        ),
    ),
    Chapter(
        "runs",
        "Runs",
        "What a trigger gives back: references to runs, results, and streams of what happens.",
        (
            *_in("hatchet.runs.ref", "TaskRunRef WorkflowRunRef"),
            "hatchet.runs.results.WorkflowResult",
            *_in("hatchet.runs.stream", "ChunkStream RunEventListener"),
            *_in("hatchet.runs.topics", "TopicStream TopicMessage"),
            *_in("hatchet.wire.values", "RunDetails TaskRunDetails RunStatus RunEvent ScheduledRun"),
            *_in("hatchet.wire.values", "StepRunEventType WorkflowRunEventType StreamEventType"),
        ),
    ),
    Chapter(
        "features",
        "Features",
        "Clients for everything else that an engine has: `hatchet.runs`, `hatchet.cron` and so on. Each method names "
        "the operation of the API behind it.",
        (
            "hatchet.features.rest.Feature",
            "hatchet.features.runs.RunsClient",
            *_in("hatchet.features.run_filters", "RunFilter BulkCancelReplayOpts"),
            "hatchet.features.run_changes.RunsChanged",
            *_in("hatchet.features.durable_logs", "DurableLogEntry DurableCondition"),
            "hatchet.features.workflows.WorkflowsClient",
            "hatchet.features.workers.WorkersClient",
            "hatchet.features.crons.CronClient",
            "hatchet.features.scheduled.ScheduledClient",
            "hatchet.features.events.EventsClient",
            *_in("hatchet.features.events", "BulkPushEvent BulkPushEventWithMetadata"),
            "hatchet.features.filters.FiltersClient",
            "hatchet.features.rate_limits.RateLimitsClient",
            "hatchet.features.streams.StreamsClient",
            "hatchet.features.logs.LogsClient",
            "hatchet.features.metrics.MetricsClient",
            "hatchet.features.metrics.TaskMetrics",
            "hatchet.features.webhooks.WebhooksClient",
            "hatchet.features.listener.RunEventListenerClient",
            "hatchet.features.cel.CELClient",
            *_in("hatchet.features.cel", "CELEvaluationResult CELSuccess CELFailure"),
            "hatchet.features.tenant.TenantClient",
            *_in("hatchet._answers", "RawResponse HttpResponse"),
        ),
    ),
    Chapter(
        "worker",
        "Worker",
        "What executes tasks.",
        (*_in("hatchet.worker.worker", "Worker WorkerStatus"),),
    ),
    Chapter(
        "errors",
        "Errors",
        "Everything that this package raises, as one tree.",
        (
            *_in("hatchet._run_errors", "HatchetError TaskFailure RunError RunFailed RunCancelled ResultTimeout"),
            *_in("hatchet.errors", "ConfigError DefinitionError InputError OutputError NoTaskOutput ChunkError"),
            *_in("hatchet.errors", "BlockingCallError ClientClosed ApiError InvalidRequest NotFound AlreadyExists"),
            *_in("hatchet.errors", "DedupeViolationError IdempotencyCollisionError IdempotencyCollision"),
            *_in("hatchet.errors", "BulkTriggerIdempotencyCollisionError Unauthenticated PermissionDenied RateLimited"),
            *_in("hatchet.errors", "PayloadTooLarge FailedPrecondition Unsupported DeadlineExceeded Unavailable"),
            *_in("hatchet.errors", "ServerError TlsError WorkerError LifespanSetupError NonDeterminismError"),
            *_in("hatchet.errors", "NonRetryableError RetryAfterError FieldError BulkProgress"),
        ),
    ),
    Chapter(
        "hooks",
        "Hooks",
        "A program's own code around triggers and tasks.",
        (*_in("hatchet.hooks", "Hook RunRequest TaskEnd"),),
    ),
    Chapter(
        "testing",
        "Testing",
        "What tests use.",
        (*_in("hatchet.definitions.mock", "MockRecord MockChild MockEvent"), "hatchet.testing.plugin"),
    ),
)
"""All of them, in the order of the site."""
