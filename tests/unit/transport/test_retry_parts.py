"""The parts of the retry rule one by one: waits, counts, tokens, and what a status of the REST side means."""

from __future__ import annotations

import math
from datetime import timedelta
from pathlib import Path

import pytest

from hatchet import errors
from hatchet._credential import Credential, Token
from hatchet.config import TenacityConfig
from hatchet.errors import ApiError, FieldError
from hatchet.transport import retry
from hatchet.transport.http import from_rest
from hatchet.transport.retry import Backoff, RetryPolicy, TokenReplaced, Tries, with_token
from hatchet_api.rest.errors import ApiError as RestError
from hatchet_api.rest.errors import Fault
from tests.unit.offline import token


class Chance:
    """Chance that takes the end of each range."""

    def __init__(self, *, highest: bool) -> None:
        self._highest = highest

    def uniform(self, low: float, high: float) -> float:
        return high if self._highest else low


@pytest.mark.parametrize(("highest", "share"), [(True, 1.0), (False, 0.5)])
def test_a_wait_doubles_with_each_failure_up_to_its_limit(
    monkeypatch: pytest.MonkeyPatch, highest: bool, share: float
) -> None:
    monkeypatch.setattr(retry, "_chance", Chance(highest=highest))
    backoff = Backoff(first=0.5, limit=3.0)
    assert [backoff.wait(failures) / share for failures in (1, 2, 3, 4, 5, 10_000)] == [0.5, 1.0, 2.0, 3.0, 3.0, 3.0]
    assert Backoff(first=1.0, limit=math.inf).wait(17) / share == 2.0**16
    assert Backoff(first=1.0, limit=math.inf).wait(18) / share == 2.0**16


def failure(*, sent: bool) -> ApiError:
    error = errors.Unavailable("failed", code="X", call="Call")
    error.sent = sent
    return error


def test_tries_count_what_failed_since_the_last_progress() -> None:
    tries = Tries()
    tries.failed(failure(sent=False), 10.0)
    tries.failed(failure(sent=False), 20.0)
    assert (tries.failures, tries.failing_since, tries.maybe_done) == (2, 10.0, False)
    tries.tokens = 2
    tries.progress()
    assert (tries.failures, tries.tokens) == (0, 0)
    tries.failed(failure(sent=True), 30.0)
    tries.failed(failure(sent=False), 40.0)
    assert (tries.failures, tries.failing_since, tries.maybe_done) == (2, 30.0, True)


def test_a_policy_is_what_the_settings_say() -> None:
    assert RetryPolicy.of(TenacityConfig()) == RetryPolicy(5, Backoff(0.2, 5.0))
    given = RetryPolicy.of(TenacityConfig(max_attempts=7, retry_not_found=True))
    assert given == RetryPolicy(attempts=7, retry_not_found=True)
    assert RetryPolicy(attempts=1) == retry.ONCE


def test_what_is_shown_in_a_moment_is_asked_for_until_then() -> None:
    policy = RetryPolicy(attempts=4, steady=1.0)
    assert policy.until_shown(0) is policy
    assert policy.until_shown(-1) is policy
    assert policy.until_shown(2.5) == RetryPolicy(
        attempts=None, backoff=Backoff(0.05, 0.5), outage_limit=2.5, retry_not_found=True, steady=1.0
    )


@pytest.mark.parametrize(("lasted", "is_last"), [(1.9, False), (2.0, False), (2.1, True)])
def test_an_outage_ends_a_call_after_its_limit(lasted: float, is_last: bool) -> None:
    tries = Tries()
    tries.failed(failure(sent=True), 100.0)
    assert RetryPolicy(attempts=None, outage_limit=2.0)._is_last(tries, 100.0 + lasted) is is_last
    assert not RetryPolicy(attempts=None)._is_last(tries, math.inf)


def refused(kind: type[ApiError] = errors.Unauthenticated) -> ApiError:
    return kind("no", code="401", call="Call")


def test_a_refused_token_that_was_replaced_is_no_failure() -> None:
    credential = Credential(token())
    replaced = with_token(refused(), credential, Token("an older one"))
    assert isinstance(replaced, TokenReplaced)
    assert (str(replaced), replaced.code, replaced.call, replaced.sent) == (
        "Call: the token was replaced in the meantime", "401", "Call", False,
    )  # fmt: skip


@pytest.mark.parametrize("kind", [errors.Unauthenticated, errors.PermissionDenied])
def test_a_token_that_nobody_replaces_stays_refused(kind: type[ApiError]) -> None:
    credential = Credential(token())
    error = refused(kind)
    assert with_token(error, credential, credential.current) is error
    assert not error.repeatable


def test_a_token_of_a_file_may_be_replaced_in_a_moment(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(token())
    credential = Credential(token(), str(file))
    again = with_token(refused(), credential, credential.current)
    assert again.repeatable
    denied = refused(errors.PermissionDenied)
    assert with_token(denied, credential, credential.current) is denied
    assert not denied.repeatable


def test_a_token_whose_file_is_being_replaced_is_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("")
    credential = Credential(token(), str(file))
    again = with_token(refused(), credential, credential.current)
    assert credential.is_awaited
    assert (type(again), str(again), again.code, again.call, again.sent) == (
        errors.Unavailable, f"{refused()}; {file} holds no other yet", "401", "Call", False,
    )  # fmt: skip


STATUSES: dict[int, type[ApiError]] = {
    400: errors.InvalidRequest, 401: errors.Unauthenticated, 403: errors.PermissionDenied, 404: errors.NotFound,
    405: errors.Unsupported, 409: errors.AlreadyExists, 412: errors.FailedPrecondition, 413: errors.PayloadTooLarge,
    422: errors.InvalidRequest, 429: errors.RateLimited, 500: errors.ServerError, 501: errors.Unsupported,
    502: errors.Unavailable, 503: errors.Unavailable, 504: errors.DeadlineExceeded, 418: errors.ServerError,
}  # fmt: skip


@pytest.mark.parametrize("status", STATUSES)
def test_a_status_of_the_rest_side_has_its_error(status: int) -> None:
    answered = RestError("run:get", "GET", "/x", status, (Fault("words", "field", 1400),), retry_after=2.5)
    error = from_rest(answered)
    assert (type(error), error.code, error.call) == (STATUSES[status], str(status), "run:get")
    assert (str(error), list(error.errors)) == (str(answered), [FieldError("words", "field", 1400)])
    assert error.retry_after == timedelta(seconds=2.5)
    assert from_rest(RestError("run:get", "GET", "/x", status)).retry_after is None
