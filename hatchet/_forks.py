"""Processes that a program forks while it is connected to an engine live and die as they would without this package.

gRPC's own handlers at a fork crash one child in five of a program whose threads use gRPC, as a worker's do
(docs/decisions/0018-forked-children.md). gRPC reads whether it shall have them when it is loaded.
"""

from __future__ import annotations

import logging
import os
import sys

logger = logging.getLogger("hatchet")

VARIABLE = "GRPC_ENABLE_FORK_SUPPORT"
OFF = ("0", "false", "no")


def turn_off_handlers_of_grpc() -> None:
    """Before gRPC is loaded; where it was before, a fork says what may happen."""
    came_first = "grpc" in sys.modules and os.environ.get(VARIABLE, "1").lower() not in OFF
    os.environ.setdefault(VARIABLE, "0")
    if came_first and hasattr(os, "register_at_fork"):
        warned: list[bool] = []

        def before_fork() -> None:
            # By then a client may have connected; a program that only imports this package is told nothing.
            if not warned and "hatchet.transport.channel" in sys.modules:
                warned.append(True)
                logger.warning(
                    "this process forks while it uses gRPC, and some of its children may crash, since gRPC was "
                    "imported before hatchet: set %s=0 in the environment, or import hatchet first", VARIABLE,
                )  # fmt: skip

        os.register_at_fork(before=before_fork)
