"""A real server that answers by a specification of its own, for clients that are generated from the same one."""

from __future__ import annotations

from trials.served import client as http
from trials.served import running as running
from trials.served import server as server

__all__ = ("http",)
