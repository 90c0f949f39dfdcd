"""Mails: a task that sends one, and tries again when the server is away."""

from __future__ import annotations

from datetime import timedelta

from pydantic import BaseModel

from examples.shop.client import hatchet
from hatchet import Context, NonRetryableError, RateLimit


class Mail(BaseModel):
    """What is sent."""

    to: str
    subject: str


class Server:
    """Stands for a mail server."""

    def __init__(self) -> None:
        self.sent: list[Mail] = []
        self.away = 0

    def send(self, mail: Mail) -> None:
        """Send a mail; the server may be away."""
        if self.away:
            self.away -= 1
            raise ConnectionError("the mail server does not answer")
        self.sent.append(mail)


server = Server()


@hatchet.task(
    retries=4,
    backoff_factor=60,
    backoff_max_seconds=3600,
    schedule_timeout=timedelta(days=1),
    rate_limits=[RateLimit(static_key="mails", units=1)],
)
def send_mail(input: Mail, ctx: Context) -> int:
    """Send a mail; the number of attempts that it took."""
    if "@" not in input.to:
        raise NonRetryableError(f"{input.to!r} is no address")
    server.send(input)
    return ctx.attempt_number
