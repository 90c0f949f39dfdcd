"""The REST operation that tries an expression out."""

from __future__ import annotations

from starlette.requests import Request

from hatchet.engine import cel
from hatchet.engine.cel import CelFault, CompileFault, Environment, Value, WrongType
from hatchet.engine.rest import requests
from hatchet.engine.state import jsontext
from hatchet.engine.state.errors import invalid
from hatchet.engine.state.jsontext import JsonObject, JsonValue


async def debug(request: Request) -> JsonValue:
    """POST /api/v1/stable/tenants/{tenant}/cel/debug"""
    given = await requests.body(request)
    expression = given.get("expression")
    if not isinstance(expression, str):
        raise invalid("field expression must be a string")
    names = {
        "input": _object(given, "input", required=True),
        "additional_metadata": _object(given, "additionalMetadata"),
        "payload": _object(given, "filterPayload"),
    }
    try:
        return {
            "status": "SUCCESS",
            "output": cel.evaluate_bool(expression, Environment.EVENT, names),
        }
    except CompileFault as fault:
        return {"status": "ERROR", "error": f"failed to compile expression: {fault}"}
    except WrongType as fault:
        return {"status": "ERROR", "error": str(fault)}
    except CelFault as fault:
        return {"status": "ERROR", "error": f"failed to evaluate expression: {fault}"}


def _object(given: JsonObject, name: str, *, required: bool = False) -> Value:
    value = given.get(name)
    if value is None and not required:
        return {}
    if not isinstance(value, dict):
        raise invalid(f"field {name} must be a JSON object")
    return cel.json_object(jsontext.dump(value))
