"""What each environment has: variables with their types, and functions beyond those of every expression. Pure."""

from __future__ import annotations

from hatchet.engine.cel import functions
from hatchet.engine.cel.compile import Vocabulary, compile_expression
from hatchet.engine.cel.program import Typed

_OBJECT = ("map", "dyn")
_TEXT = ("string", "dyn")

_VOCABULARIES = {
    "WORKFLOW": Vocabulary(
        {"input": _OBJECT, "additional_metadata": _OBJECT, "workflow_run_id": _TEXT},
        {**functions.QUOTE, **functions.CHECKSUM},
        {**functions.STRINGS, **functions.CHECKSUM},
    ),
    "TASK": Vocabulary(
        {"input": _OBJECT, "additional_metadata": _OBJECT, "parents": _OBJECT, "workflow_run_id": _TEXT},
        {**functions.QUOTE, **functions.CHECKSUM},
        {**functions.STRINGS, **functions.CHECKSUM},
    ),
    "EVENT": Vocabulary(
        {"input": _OBJECT, "additional_metadata": _OBJECT, "payload": _OBJECT, "event_id": _TEXT, "event_key": _TEXT},
        {**functions.QUOTE, **functions.DECLARED_CHECKSUM},
        functions.STRINGS,
    ),
    "CONDITION": Vocabulary({"input": _OBJECT, "output": _OBJECT}),
    "WEBHOOK": Vocabulary({"input": _OBJECT, "headers": ("map", "string")}, functions.DECLARED_CHECKSUM),
}


def compiled(text: str, environment: str) -> Typed:
    """An expression as an environment understands it; raises CelFault when it does not compile."""
    return compile_expression(text, _VOCABULARIES[environment])
