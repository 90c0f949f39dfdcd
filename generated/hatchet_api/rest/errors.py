# Generated from specs/ by `python -m codegen`; do not edit.
"""What the REST API answers when it does not do what was asked, one class per kind of answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import ClassVar

import httpx
from pydantic import BaseModel, ConfigDict

# What an error keeps of a body, in characters: a proxy's error page is no use beyond that.
_BODY_LIMIT = 65536
_EXCERPT = 300
_SECONDS = re.compile(r"[0-9]+(\.[0-9]*)?|\.[0-9]+")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a request, as the server says it."""

    description: str
    """What is wrong, for a person to read."""
    field: str | None = None
    """Name of the field at fault, where it is one field."""
    code: int | None = None
    """Number of the kind of fault, where it has one."""
    docs_link: str | None = None
    """Page that explains the fault."""


class ApiError(Exception):
    """The server answered, but not with what was asked for. Failures on the way to it are httpx errors."""

    def __init__(
        self,
        operation: str,
        method: str,
        path: str,
        status: int,
        faults: tuple[Fault, ...] = (),
        body: str = "",
        retry_after: float | None = None,
    ) -> None:
        super().__init__(operation, method, path, status, faults, body, retry_after)
        self.operation: str = operation
        """Id of the operation, such as `pet:list`."""
        self.method: str = method
        """HTTP method of the request."""
        self.path: str = path
        """Path of the request, without the query."""
        self.status: int = status
        """HTTP status of the answer."""
        self.faults: tuple[Fault, ...] = faults
        """What the server says is wrong; empty where it does not say it in a form that is understood."""
        self.body: str = body
        """The answer's text, at most 65536 characters of it."""
        self.retry_after: float | None = retry_after
        """Seconds to wait before trying again, where the server says so."""

    def __str__(self) -> str:
        return f"{self.method} {self.path} ({self.operation}): {self.status} {self._reason()}{self._advice()}"

    def _reason(self) -> str:
        if self.faults:
            return "; ".join(f"{fault.field}: " * bool(fault.field) + fault.description for fault in self.faults)
        return self.body[:_EXCERPT].strip() or "without a body"

    def _advice(self) -> str:
        return ""


class BadRequest(ApiError):
    """400: the request is malformed, or not allowed as things are."""


class Unauthorized(ApiError):
    """401: no valid credentials."""

    def _advice(self) -> str:
        return " (check the credentials)"


class Forbidden(ApiError):
    """403: no valid credentials, or ones that do not allow this."""

    def _advice(self) -> str:
        return " (check that the credentials are valid and allow this)"


class NotFound(ApiError):
    """404: there is no such resource."""


class NotAllowed(ApiError):
    """405: the server does not allow this."""


class Conflict(ApiError):
    """409: the request contradicts what is stored."""


class TooLarge(ApiError):
    """413: the body is larger than the server takes."""


class Unprocessable(ApiError):
    """422: the request is well-formed, but its values are refused."""


class TooManyRequests(ApiError):
    """429: a limit is reached; `retry_after` says when to try again, where the server does."""

    def _advice(self) -> str:
        return " (try again later)" if self.retry_after is None else f" (try again after {self.retry_after:g} s)"


class ServerError(ApiError):
    """5xx: the server failed, or does not offer the operation (501)."""


class UnexpectedResponse(ApiError):
    """An answer that the specification does not foresee: another status, or a body of another shape.

    The cause, where there is one, says what of the body does not fit.
    """

    def _reason(self) -> str:
        cause = f": {self.__cause__}" if self.__cause__ else ""
        return f"is an answer this version does not understand{cause}; its body begins {self.body[:_EXCERPT]!r}"


_CLASSES: Mapping[int, type[ApiError]] = {
    400: BadRequest,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    405: NotAllowed,
    409: Conflict,
    413: TooLarge,
    422: Unprocessable,
    429: TooManyRequests,
}


def from_response(operation: str, path: str, response: httpx.Response) -> ApiError:
    """The error of the class that fits an answer's status; without an error status it is unexpected."""
    status = response.status_code
    if status < 400:
        kind: type[ApiError] = UnexpectedResponse
    else:
        kind = ServerError if status >= 500 else _CLASSES.get(status, ApiError)
    method = response.request.method
    return kind(
        operation, method, path, status, _faults(response.content), response.text[:_BODY_LIMIT], _retry_after(response)
    )


def unexpected(operation: str, path: str, response: httpx.Response) -> UnexpectedResponse:
    """The error for an answer with a good status whose body cannot be read."""
    body = response.text[:_BODY_LIMIT]
    return UnexpectedResponse(operation, response.request.method, path, response.status_code, (), body)


class _Refusal(BaseModel):
    """The shapes a refusal has: a list of faults, a single fault, or the server framework's own message."""

    model_config: ClassVar[ConfigDict] = ConfigDict(defer_build=True)

    errors: list[Fault] | None = None
    description: str | None = None
    message: str | None = None
    field: str | None = None
    code: int | None = None
    docs_link: str | None = None


def _faults(body: bytes) -> tuple[Fault, ...]:
    try:
        answer = _Refusal.model_validate_json(body)
    except ValueError:
        return ()  # a proxy's page, say; the error shows the body
    description = answer.description or answer.message
    single = [Fault(description, answer.field, answer.code, answer.docs_link)] if description else []
    return tuple(
        Fault(fault.description, fault.field or None, fault.code, fault.docs_link or None)
        for fault in answer.errors or single
    )


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds from a Retry-After header, which holds a number or a date."""
    header = response.headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(header):
        return float(header)
    until = _date(header)
    if until is None:
        return None
    # The server's own clock is the one its date was made with.
    now = _date(response.headers.get("date", "")) or datetime.now(timezone.utc)
    return max(0.0, (until - now).total_seconds())


def _date(header: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(header)
    except (ValueError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=timezone.utc)
