"""How a server reads a request by its specification: written from the text of OpenAPI, not from the generator."""

from __future__ import annotations

import json
import re
from email import message_from_bytes
from typing import Any
from urllib.parse import parse_qsl, unquote

import yaml
from jsonschema import Draft202012Validator

from trials.served import Received


class Reader:
    """Reads what one operation was sent, as the values that its specification says."""

    def __init__(self, text: str) -> None:
        self.document: Any = yaml.safe_load(text)
        ((self.path, item),) = self.document["paths"].items()
        ((self.method, self.operation),) = ((key, value) for key, value in item.items() if key != "parameters")

    def read(self, received: Received) -> dict[str, Any]:
        """Name → value of everything that was sent, each held against its schema."""
        assert received.method == self.method.upper()
        path = received.target.partition("?")[0]
        pairs = received.query
        cookies = dict(part.split("=", 1) for part in received.headers.get("cookie", "").split("; ") if part)
        pattern = re.sub(r"\\{([^}]*)\\}", r"([^/]*)", re.escape(self.path))
        match = re.fullmatch(pattern, path)
        assert match, f"{path} is not {self.path}"
        in_path = dict(zip(re.findall(r"{([^}]*)}", self.path), match.groups(), strict=True))
        found: dict[str, Any] = {}
        for parameter in self.operation.get("parameters", []):
            name, place = parameter["name"], parameter["in"]
            if place == "query":
                value = self._query(parameter, pairs)
            elif place == "path":
                value = self._text(parameter, in_path[name], unquoted=True)
            else:
                raw = (cookies if place == "cookie" else received.headers).get(
                    name.lower() if place == "header" else name
                )
                value = None if raw is None else self._text(parameter, raw)
            if value is not None:
                schema = parameter.get("schema") or parameter["content"]["application/json"]["schema"]
                self.check(schema, value)
                found[name] = value
        if "requestBody" in self.operation and (received.body or self.operation["requestBody"].get("required")):
            found["body"] = self._body(received)
        return found

    def check(self, schema: Any, value: Any) -> None:
        """Hold a value against a schema."""
        Draft202012Validator({**self._resolved(schema), "components": self.document.get("components", {})}).validate(
            value
        )

    def _resolved(self, schema: Any) -> Any:
        while "$ref" in schema:
            schema = self.document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return schema

    def _query(self, parameter: Any, pairs: list[tuple[str, str]]) -> Any:
        name = parameter["name"]
        if "content" in parameter:
            return next((json.loads(value) for key, value in pairs if key == name), None)
        schema = self._resolved(parameter["schema"])
        style = parameter.get("style", "form")
        if style == "deepObject":
            found = {key[len(name) + 1 : -1]: value for key, value in pairs if key.startswith(f"{name}[")}
            return self._object(schema, found) or None
        if schema.get("type") == "object":
            known = schema.get("properties", {})
            return self._object(schema, {key: value for key, value in pairs if key in known or not known}) or None
        values = [value for key, value in pairs if key == name]
        if not values:
            return None
        if schema.get("type") == "array" and parameter.get("explode", style == "form"):
            return [self._typed(schema["items"], value) for value in values]
        assert len(values) == 1
        return self._text(parameter, values[0])

    def _object(self, schema: Any, found: dict[str, str]) -> dict[str, Any]:
        known, more = schema.get("properties", {}), schema.get("additionalProperties", {})
        return {key: self._typed(known.get(key, more), value) for key, value in found.items()}

    def _text(self, parameter: Any, text: str, *, unquoted: bool = False) -> Any:
        schema = self._resolved(parameter["schema"])
        if schema.get("type") == "array":
            separator = {"spaceDelimited": " ", "pipeDelimited": "|"}.get(parameter.get("style", ""), ",")
            parts = text.split(separator)
            return [self._typed(schema["items"], unquote(part) if unquoted else part) for part in parts]
        return self._typed(schema, unquote(text) if unquoted else text)

    def _typed(self, schema: Any, text: str) -> Any:
        kinds = self._resolved(schema).get("type", "string")
        for kind in kinds if isinstance(kinds, list) else [kinds]:
            if kind in {"integer", "number", "boolean"}:
                return json.loads(text)
        return text

    def _body(self, received: Received) -> Any:
        content = {kind.lower(): media for kind, media in self.operation["requestBody"]["content"].items()}
        given = received.headers["content-type"].lower()
        kind = given.partition(";")[0]
        found = next(each for each in (given, kind, kind.partition("/")[0] + "/*") if each in content)
        media = {"schema": {}, **content[found]}
        if kind.endswith("json"):
            value = json.loads(received.body)
        elif kind == "application/x-www-form-urlencoded":
            value = self._form(
                media, [(key, text) for key, text in parse_qsl(received.body.decode(), keep_blank_values=True)]
            )
        elif kind == "multipart/form-data":
            value = self._form(media, self._parts(received))
        else:
            return received.body.decode() if kind.startswith("text/") else received.body
        self.check(media["schema"], _as_text(value))
        return value

    def _parts(self, received: Received) -> list[tuple[str, Any]]:
        whole = message_from_bytes(
            b"content-type: " + received.headers["content-type"].encode() + b"\r\n\r\n" + received.body
        )
        found: list[tuple[str, Any]] = []
        for part in whole.walk():
            if part.is_multipart():
                continue
            raw: Any = part.get_payload(decode=True)
            name = str(part.get_param("name", header="content-disposition"))
            if part.get_filename() is not None:
                found.append((name, raw))
            else:
                found.append((name, json.loads(raw) if part.get_content_type() == "application/json" else raw.decode()))
        return found

    def _form(self, media: Any, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        properties = self._resolved(media["schema"]).get("properties", {})
        found: dict[str, Any] = {}
        for name, value in pairs:
            schema = self._resolved(properties.get(name, {}))
            as_json = media.get("encoding", {}).get(name, {}).get("contentType") == "application/json"
            if isinstance(value, str) and as_json:
                value = json.loads(value)
            if schema.get("type") == "array" and not as_json:
                item = self._typed(schema["items"], value) if isinstance(value, str) else value
                found.setdefault(name, []).append(item)
            else:
                found[name] = self._typed(schema, value) if isinstance(value, str) and not as_json else value
        return found


def _as_text(value: Any) -> Any:
    """The value as a schema can be held against it: the bytes of files as texts."""
    if isinstance(value, dict):
        return {key: _as_text(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_as_text(part) for part in value]
    return value.decode("latin-1") if isinstance(value, bytes) else value
