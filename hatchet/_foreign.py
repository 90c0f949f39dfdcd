"""Settings of `hatchet_sdk` that mean nothing here: an environment made for it must not stop a program."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final

from hatchet._dataclasses import NamedTuple, dataclass

logger: Final = logging.getLogger("hatchet")


class Foreign(NamedTuple):
    """A setting that is accepted and not used."""

    instead: str
    """What there is in its place."""
    as_here: tuple[str, ...] = ()
    """Values that ask for what happens here anyway."""


_OFF = ("false", "0", "no", "off")
_ON = ("true", "1", "yes", "on")
_SPANS = "hooks of the client see every trigger and task, and can make spans: Hatchet(hooks=[…])"
_AFTER_A_LOSS = "reads and deletions are tried again in any case; HATCHET_CLIENT_TENACITY_MAX_ATTEMPTS=1 tries once"
_SQLITE = "the engine keeps its data in SQLite: from_embedded(folder), or HATCHET_CLIENT_EMBEDDED=folder"
_PART = "the engine is a part of this package, of the same version; HATCHET_CLIENT_TOKEN leads to another"

FOREIGN: Final = {
    "enable_force_kill_sync_threads": Foreign("a long sync task asks ctx.is_cancelled", _OFF),
    "enable_thread_pool_monitoring": Foreign(
        "/metrics shows the slots: HATCHET_CLIENT_WORKER_HEALTHCHECK_ENABLED=true", _OFF
    ),
    "log_level": Foreign("HATCHET_CLIENT_DEBUG=true, or the level of the logger 'hatchet'"),
    "sync_result_poll_interval": Foreign("results come by stream, and nothing polls", ("1", "1.0")),
    "opentelemetry_excluded_attributes": Foreign(_SPANS, ("[]",)),
    "opentelemetry_include_task_name_in_start_step_run_span_name": Foreign(_SPANS, _OFF),
    "opentelemetry_individual_run_spans_for_bulk_run": Foreign(_SPANS, _OFF),
    "tenacity_retry_429": Foreign(_AFTER_A_LOSS, _ON),
    "tenacity_retry_transport_errors": Foreign(_AFTER_A_LOSS, _ON),
    "tenacity_retry_transport_methods": Foreign("GET, PUT and DELETE are tried again, as they mean the same twice"),
    "embedded_binary_path": Foreign(_PART),
    "embedded_version": Foreign(_PART),
    "embedded_checksum": Foreign(_PART),
    "embedded_database_url": Foreign(_SQLITE),
    "embedded_postgres_data_dir": Foreign(_SQLITE),
    "embedded_rabbitmq_url": Foreign("the engine has a queue of its own"),
    "embedded_start_api": Foreign("REST is served where gRPC is", _ON),
    "embedded_run_migrations": Foreign("the engine brings its data up to date when it starts", _ON),
}
PREFIXES: Final = ("opentelemetry_", "embedded_")
"""Of settings of which newer versions of `hatchet_sdk` may have more."""


def is_foreign(name: str) -> bool:
    """Whether a setting is known to be another package's."""
    return name in FOREIGN or name.startswith(PREFIXES)


def ignored(name: str, value: str) -> str | None:
    """What is not done of what a setting asks for, in words; None where that is nothing."""
    foreign = FOREIGN.get(name, Foreign("this package has no such setting"))
    text = value.strip().lower()
    return None if not text or text in foreign.as_here else foreign.instead


@dataclass(frozen=True, kw_only=True)
class OpenTelemetryConfig:
    """How `hatchet_sdk` makes spans; what it asks for is warned of, for here hooks of the client make them."""

    excluded_attributes: Sequence[str] = ()
    """Not used: a hook sets the attributes that it wants."""
    include_task_name_in_start_step_run_span_name: bool = False
    """Not used: a hook names its spans."""
    individual_run_spans_for_bulk_run: bool = False
    """Not used: `Hook.around_trigger` sees every run of a call."""

    def warn(self) -> None:
        """Say what of it is not used."""
        asked = {name: value for name, value in vars(self).items() if value}
        warn((f"{name} of OpenTelemetryConfig", FOREIGN[f"opentelemetry_{name}"].instead) for name in asked)


def warn(settings: Iterable[tuple[str, str]]) -> None:
    """Say once in a process, of several settings together, that they are not used and what there is instead."""
    lines = "".join(f"\n  {setting}: {instead}" for setting, instead in settings)
    if lines:
        _warn(lines)


@cache
def _warn(lines: str) -> None:
    logger.warning("settings of hatchet_sdk that are not used here, and what there is instead:%s", lines)
