"""What the engine asks in CEL about conditions, event filters and webhooks; a fault counts as no, and is logged."""

from __future__ import annotations

import logging

from hatchet.engine import cel
from hatchet.engine.cel import CelFault, Environment
from hatchet.engine.cel.values import Scalar

logger: logging.Logger = logging.getLogger(__name__)


def condition_holds(expression: str, *, input: str = "", output: str = "") -> bool:
    """Whether an event's payload, or a parent's output, satisfies the expression of a condition."""
    names = {"input": cel.json_object(input), "output": cel.json_object(output)}
    try:
        return cel.evaluate(expression, Environment.CONDITION, names) is True
    except CelFault as fault:
        logger.info("the condition %r does not hold, since it cannot be evaluated: %s", expression, fault)
        return False


def filter_matches(
    expression: str, *, input: str, additional_metadata: str, payload: str, event_id: str, event_key: str
) -> bool:
    """Whether an event passes a filter."""
    try:
        return debugged(
            expression,
            input=input,
            additional_metadata=additional_metadata,
            payload=payload,
            event_id=event_id,
            event_key=event_key,
        )
    except CelFault as fault:
        logger.info("the filter %r lets nothing through, since it cannot be evaluated: %s", expression, fault)
        return False


def debugged(
    expression: str, *, input: str, additional_metadata: str, payload: str, event_id: str, event_key: str
) -> bool:
    """What a filter says to an event; raises CelFault when it cannot say."""
    names: dict[str, cel.Value] = {
        "input": cel.json_object(input),
        "additional_metadata": cel.json_object(additional_metadata),
        "payload": cel.json_object(payload),
        "event_id": event_id,
        "event_key": event_key,
    }
    return cel.evaluate_bool(expression, Environment.EVENT, names)


def webhook_text(expression: str, *, input: str, headers: dict[str, str]) -> str:
    """Key or scope of the event that a webhook makes of a message; raises CelFault."""
    lines: dict[Scalar, cel.Value] = {}
    lines.update(headers)
    names: dict[str, cel.Value] = {"input": cel.json_object(input), "headers": lines}
    return cel.evaluate_str(expression, Environment.WEBHOOK, names)
