"""How the command ends: its exit codes, and the one line that says what went wrong."""

from __future__ import annotations

import sys
from enum import IntEnum

from hatchet.cli.words import PROG


class Exit(IntEnum):
    """What an exit code says."""

    FINE = 0
    FAILED = 1
    """The run failed, was cancelled, or a check found a fault."""
    USAGE = 2
    """The words or what they were given cannot be understood."""
    NOT_FOUND = 3
    """The engine has no such thing."""
    REFUSED = 4
    """The token is missing or not good for this, or the engine does not serve it."""
    UNREACHABLE = 5
    """The engine cannot be reached, or fails."""


class Stop(Exception):  # an end, which need not be an error
    """End the command."""

    def __init__(self, code: Exit, text: str = "") -> None:
        super().__init__(text)
        self.code = code


def refuse(text: object) -> None:
    """Say on one line what went wrong."""
    print(f"{PROG}: {' '.join(str(text).split())}", file=sys.stderr)


def code_of(error: Exception) -> Exit:
    """The exit code for an error of this package."""
    from hatchet import errors  # loaded, as one of them was raised

    codes: list[tuple[type[Exception] | tuple[type[Exception], ...], Exit]] = [
        (errors.RunError, Exit.FAILED),
        (errors.NotFound, Exit.NOT_FOUND),
        ((errors.Unauthenticated, errors.PermissionDenied, errors.Unsupported), Exit.REFUSED),
        (
            (
                errors.ConfigError,
                errors.InputError,
                errors.DefinitionError,
                errors.InvalidRequest,
                errors.AlreadyExists,
            ),
            Exit.USAGE,
        ),
    ]
    return next((code for kinds, code in codes if isinstance(error, kinds)), Exit.UNREACHABLE)
