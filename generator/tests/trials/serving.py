"""A server made from a specification: it reads each request by it, and answers with what an application gives."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import yaml
from starlette.responses import JSONResponse, Response

from trials.reading import Reader
from trials.served import Received

Handler = Callable[[dict[str, Any]], tuple[int, Any]]
"""What was sent, by name → status and body; a body of None is none."""


class Application:
    """Answers by operation id; a request that the specification does not allow fails the test that sent it."""

    def __init__(self, text: str, handlers: dict[str, Handler]) -> None:
        document: Any = yaml.safe_load(text)
        self._known: list[tuple[str, str, str, Reader]] = []
        for path, item in document["paths"].items():
            shared = item.get("parameters", [])
            for method, operation in item.items():
                if method == "parameters":
                    continue
                whole = {**operation, "parameters": [*shared, *operation.get("parameters", [])]}
                one = yaml.safe_dump({**document, "paths": {path: {method: whole}}})
                self._known.append((method.upper(), path, operation["operationId"], Reader(one)))
        self._handlers = handlers

    def __call__(self, received: Received) -> Response:
        for method, path, identifier, reader in self._known:
            pattern = re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(path))
            if method == received.method and re.fullmatch(pattern, received.target.partition("?")[0]):
                status, body = self._handlers[identifier](reader.read(received))
                if body is None:
                    return Response(status_code=status)
                reader.check(reader.operation["responses"][str(status)]["content"]["application/json"]["schema"], body)
                return JSONResponse(body, status)
        return JSONResponse({"message": "no such operation"}, 404)
