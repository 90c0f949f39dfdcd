"""What the engine asks in CEL about conditions, event filters and webhooks; a fault counts as no, and is logged."""

from __future__ import annotations

import logging

from hatchet.engine import cel
from hatchet.engine.cel import CelFault, Environment
from hatchet.engine.cel.values import MAX_STEPS, Meter, Scalar

logger: logging.Logger = logging.getLogger(__name__)


def condition_holds(expression: str, *, input: str = "", output: str = "") -> bool:
    """Whether an event's payload, or a parent's output, satisfies the expression of a condition."""
    names = {"input": cel.json_object(input), "output": cel.json_object(output)}
    try:
        return cel.evaluate(expression, Environment.CONDITION, names) is True
    except CelFault as fault:
        logger.info("the condition %r does not hold, since it cannot be evaluated: %s", expression, fault)
        return False


MAX_FILTER_STEPS = 10 * MAX_STEPS
"""Most steps of all filters that one event is held against, for one workflow."""


class EventFacts:
    """What the filters of a workflow are asked about one event: its texts are read once, however many they are."""

    def __init__(self, *, input: str, additional_metadata: str, event_id: str, event_key: str) -> None:
        self._event_id = event_id
        self._texts = (input, additional_metadata)
        self._names: dict[str, cel.Value] = {"event_id": event_id, "event_key": event_key}
        self._meter = Meter(MAX_FILTER_STEPS)

    def match(self, expression: str, payload: str) -> bool:
        """Whether the event passes a filter; one that cannot say lets nothing through."""
        try:
            if "input" not in self._names:
                read = (cel.json_object(text) for text in self._texts)
                self._names |= dict(zip(("input", "additional_metadata"), read, strict=True))
            names = {**self._names, "payload": cel.json_object(payload)}
            return cel.evaluate_bool(expression, Environment.EVENT, names, self._meter)
        except CelFault as fault:
            logger.info(
                "the filter %r lets event %s not through, since it cannot be evaluated: %s",
                expression,
                self._event_id,
                fault,
            )
            return False


def webhook_text(expression: str, *, input: str, headers: dict[str, str]) -> str:
    """Key or scope of the event that a webhook makes of a message; raises CelFault."""
    lines: dict[Scalar, cel.Value] = {}
    lines.update(headers)
    names: dict[str, cel.Value] = {"input": cel.json_object(input), "headers": lines}
    return cel.evaluate_str(expression, Environment.WEBHOOK, names)
