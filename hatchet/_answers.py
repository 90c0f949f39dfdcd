"""Answers of the REST API as they came: `features.with_raw_response`, and `ApiError.response`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Generic, TypeVar

from hatchet._dataclasses import dataclass
from hatchet._run_errors import HatchetError

T_co = TypeVar("T_co", covariant=True)

REQUEST_ID = "x-request-id"


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """One answer over HTTP, and what it answers."""

    method: str
    """HTTP method of the request."""
    url: str
    """Address of the request, with its query."""
    status: int
    """HTTP status of the answer."""
    headers: Mapping[str, str] = field(repr=False)
    """Headers of the answer; their names may be written in any case."""
    content: bytes = field(repr=False)
    """Body of the answer."""

    @property
    def request_id(self) -> str | None:
        """The `X-Request-Id` of the answer, by which those who run the engine, or a proxy before it, find the request.

        None where the answer has none.
        """
        return self.headers.get(REQUEST_ID)


@dataclass(frozen=True, slots=True)
class RawResponse(Generic[T_co]):
    """What a call of a feature gave, and the answers that it was made of."""

    value: T_co
    """What the call returns."""
    responses: tuple[HttpResponse, ...] = field(repr=False)
    """All answers in the order in which they came: further tries and further pages included.

    Empty where the call asks nothing over REST.
    """

    @property
    def last(self) -> HttpResponse:
        """The last answer.

        Raises:
            HatchetError: there is none, as the call asks nothing over REST.
        """
        if not self.responses:
            raise HatchetError("the call asked nothing over REST, so there is no answer over HTTP to look at")
        return self.responses[-1]

    @property
    def status(self) -> int:
        """HTTP status of the last answer; raises as `last`."""
        return self.last.status

    @property
    def headers(self) -> Mapping[str, str]:
        """Headers of the last answer; raises as `last`."""
        return self.last.headers

    @property
    def request_id(self) -> str | None:
        """The `X-Request-Id` of the last answer, None where it has none; raises as `last`."""
        return self.last.request_id
