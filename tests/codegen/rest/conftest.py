"""A real HTTP server that answers as a test wants: the generator's tests have it."""

from __future__ import annotations

from trials.served import aclient, client, running, server

__all__ = ("aclient", "client", "running", "server")
