"""Incoming webhooks: who may send, and what event becomes of a message. Pure: bytes and headers in, an event out."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import field
from urllib.parse import parse_qsl

from hatchet._dataclasses import dataclass
from hatchet.engine.cel import CelFault
from hatchet.engine.rules import expressions
from hatchet.engine.rules.ingestion import NewEvent
from hatchet.engine.state import jsontext
from hatchet.engine.state.errors import Code, Refused, invalid
from hatchet.engine.state.jsontext import JsonObject

SLACK_AGE = 300.0
STRIPE_AGE = 600.0
SVIX_AGE = 300.0
"""How old, or how far in the future, a signed message of a source may be, in seconds."""

SIGNED_SOURCES = ("STRIPE", "SLACK", "SVIX")
"""Sources whose messages are signed in a way of their own, so that they need a signing secret."""

_PREFIXES = ("sha1=", "sha256=", "sha512=", "md5=")
_PATH_KEYS = ("tenant", "v1-webhook")
_SECONDS = re.compile(r"[0-9]{1,15}")


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that takes messages of a source in; its id is its name."""

    id: str
    source: str
    event_key: str
    scope: str | None
    static_payload: str | None
    returns_event: bool
    auth: str
    """BASIC, API_KEY or HMAC."""
    header: str
    """Header of the key or of the signature; the name that the sender presents for BASIC."""
    secret: str = field(repr=False)
    algorithm: str
    encoding: str
    created_at: float
    updated_at: float


def challenge(webhook: Webhook, body: bytes) -> str | None:
    """What Slack wants to hear back before it sends anything."""
    if webhook.source != "SLACK":
        return None
    try:
        found = jsontext.parse_object(body.decode(), "body")
    except ValueError:
        return None
    text = found.get("challenge")
    return text if isinstance(text, str) and text else None


def check(webhook: Webhook, body: bytes, headers: Mapping[str, str], now: float) -> None:
    """Refuse a message whose sender has not proved itself; header names are in lower case."""
    match webhook.source:
        case "SLACK":
            _check_slack(webhook, body, headers, now)
        case "STRIPE":
            _check_stripe(webhook, body, headers, now)
        case "SVIX":
            _check_svix(webhook, body, headers, now)
        case _:
            _check_plain(webhook, body, headers)


def event_of(webhook: Webhook, body: bytes, headers: Mapping[str, str]) -> NewEvent:
    """The event that a message becomes."""
    payload = _payload(webhook, body, headers.get("content-type", ""))
    for key in _PATH_KEYS:
        payload.pop(key, None)
    payload.update(jsontext.object_or_empty(webhook.static_payload))
    text = jsontext.dump(payload)
    lines = dict(headers)
    try:
        key = expressions.webhook_text(webhook.event_key, input=text, headers=lines)
    except CelFault as fault:
        if "must evaluate to a string" in str(fault):
            raise invalid("Event key expression must evaluate to a string") from None
        raise invalid(f"Failed to evaluate event key expression: {fault}") from None
    if not key:
        raise invalid("Event key evaluated to an empty string")
    scope: str | None = None
    if webhook.scope:
        try:
            scope = expressions.webhook_text(webhook.scope, input=text, headers=lines)
        except CelFault as fault:
            raise invalid(f"Failed to evaluate scope expression: {fault}") from None
    return NewEvent(key=key, payload=text, scope=scope, webhook=webhook.id)


def svix_key(secret: str) -> bytes:
    """The key in a Svix signing secret; raises ValueError when it holds none."""
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except ValueError:
        key = b""
    if not key:
        raise ValueError("a Svix signing secret is base64 after whsec_")
    return key


def _payload(webhook: Webhook, body: bytes, content_type: str) -> JsonObject:
    if "application/x-www-form-urlencoded" not in content_type:
        return _object(body, "failed to unmarshal request body")
    if webhook.source not in ("SLACK", "GENERIC"):
        raise invalid(f"form-encoded requests are not supported for webhook source: {webhook.source}")
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True)
    except ValueError:
        raise invalid("Failed to parse form data") from None
    fields: JsonObject = {}
    for key, value in pairs:
        fields.setdefault(key, value)
    interactive = fields.get("payload")
    if webhook.source == "SLACK" and isinstance(interactive, str) and interactive:
        return _object(interactive.encode(), "Failed to unmarshal payload parameter as JSON")
    return fields


def _object(data: bytes, words: str) -> JsonObject:
    try:
        return jsontext.parse_object(data.decode() or "null", "body")
    except ValueError:
        raise invalid(words) from None


def _check_plain(webhook: Webhook, body: bytes, headers: Mapping[str, str]) -> None:
    match webhook.auth:
        case "BASIC":
            given = _basic(headers.get("authorization", ""))
            if given is None:
                raise _forbidden("missing or invalid authorization header")
            name, password = given
            if not (_equal(name, webhook.header) & _equal(password, webhook.secret)):
                raise _forbidden("invalid basic auth credentials")
        case "API_KEY":
            key = headers.get(webhook.header.lower(), "")
            if not key:
                raise _forbidden(f"missing or invalid api key header: {webhook.header}")
            if not _equal(key, webhook.secret):
                raise _forbidden(f"invalid api key: {webhook.header}")
        case _:
            signature = headers.get(webhook.header.lower(), "")
            if not signature:
                raise _forbidden(f"missing or invalid signature header: {webhook.header}")
            if not _same_signature(signature, _sign(webhook, body)):
                raise _forbidden("invalid HMAC signature")


def _check_slack(webhook: Webhook, body: bytes, headers: Mapping[str, str], now: float) -> None:
    name = "X-Slack-Request-Timestamp"
    text = headers.get(name.lower(), "")
    if not text:
        raise _forbidden(f"missing or invalid timestamp header: {name}")
    at = _moment(text)
    if at is None:
        raise _forbidden("Invalid timestamp in header")
    if abs(at - now) > SLACK_AGE:
        raise _forbidden("timestamp in header is out of range")
    signature = headers.get(webhook.header.lower(), "")
    if not signature:
        raise _forbidden(f"missing or invalid signature header: {webhook.header}")
    if not _same_signature(signature, "v0=" + _sign(webhook, b"v0:%d:%b" % (at, body))):
        raise _forbidden("invalid HMAC signature")


def _check_stripe(webhook: Webhook, body: bytes, headers: Mapping[str, str], now: float) -> None:
    missing = invalid(f"missing or invalid signature header: {webhook.header}")
    line = headers.get(webhook.header.lower(), "")
    if not line:
        raise missing
    parts: dict[str, str] = {}
    for part in line.split(","):
        key, equals, value = part.partition("=")
        if not equals or "=" in value:
            raise invalid(f"invalid signature header format: {webhook.header}")
        parts[key.strip()] = value.strip()
    if not parts.get("t") or not parts.get("v1"):
        raise missing
    at = _moment(parts["t"])
    if at is None:
        raise invalid("Invalid timestamp in signature header")
    if abs(at - now) > STRIPE_AGE:
        raise invalid("timestamp in signature header is out of range")
    if not _same_signature(parts["v1"], _sign(webhook, parts["t"].encode() + b"." + body)):
        raise _forbidden("invalid HMAC signature")


def _check_svix(webhook: Webhook, body: bytes, headers: Mapping[str, str], now: float) -> None:
    for prefix in ("svix", "webhook"):
        identity, signatures, text = (headers.get(f"{prefix}-{part}", "") for part in ("id", "signature", "timestamp"))
        if identity and signatures and text:
            break
    else:
        raise invalid("missing or invalid headers")
    at = _moment(text)
    if at is None:
        raise invalid("invalid timestamp header: invalid headers")
    if at < now - SVIX_AGE:
        raise invalid("invalid timestamp header: message too old")
    if at > now + SVIX_AGE:
        raise invalid("invalid timestamp header: message too new")
    signed = hmac.new(svix_key(webhook.secret), f"{identity}.{at}.".encode() + body, hashlib.sha256).digest()
    expected = base64.b64encode(signed).decode()
    for given in signatures.split(" "):
        version, _, signature = given.partition(",")
        if version == "v1" and _equal(signature, expected):
            return
    raise _forbidden("invalid SVIX signature")


def _sign(webhook: Webhook, data: bytes) -> str:
    digest = hmac.new(webhook.secret.encode("utf-8", "surrogatepass"), data, webhook.algorithm.lower()).digest()
    match webhook.encoding:
        case "HEX":
            return digest.hex()
        case "BASE64":
            return base64.b64encode(digest).decode()
        case _:
            return base64.urlsafe_b64encode(digest).decode()


def _same_signature(given: str, expected: str) -> bool:
    return _equal(_bare(given), _bare(expected))


def _bare(signature: str) -> str:
    text = signature.strip()
    for prefix in _PREFIXES:
        text = text.removeprefix(prefix)
    return text


def _equal(left: str, right: str) -> bool:
    return hmac.compare_digest(left.encode("utf-8", "surrogatepass"), right.encode("utf-8", "surrogatepass"))


def _basic(header: str) -> tuple[str, str] | None:
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, colon, password = base64.b64decode(value, validate=True).decode().partition(":")
    except ValueError:
        return None
    return (name, password) if colon else None


def _moment(text: str) -> int | None:
    # Seconds since 1970. A longer number is no time, and one that Python reads otherwise is not what was signed.
    return int(text) if _SECONDS.fullmatch(text) else None


def _forbidden(message: str) -> Refused:
    return Refused(Code.FORBIDDEN, message)
