"""What the engine refuses, in words that both wires can carry."""

from __future__ import annotations

import enum


class Code(enum.Enum):
    """Kind of a refusal; the gRPC and the REST side each map it to their own numbers."""

    INVALID = "INVALID_ARGUMENT"
    NOT_FOUND = "NOT_FOUND"
    FORBIDDEN = "PERMISSION_DENIED"
    ALREADY_EXISTS = "ALREADY_EXISTS"
    FAILED_PRECONDITION = "FAILED_PRECONDITION"
    UNIMPLEMENTED = "UNIMPLEMENTED"
    EXHAUSTED = "RESOURCE_EXHAUSTED"
    UNAVAILABLE = "UNAVAILABLE"


class Refused(Exception):
    """A request that the engine does not carry out, with the reason that its sender is told."""

    def __init__(self, code: Code, message: str, details: bytes = b"") -> None:
        super().__init__(message)
        self.details = details
        """What gRPC adds to the status, as a serialized google.rpc.Status."""
        self.code = code
        self.message = message


def invalid(message: str) -> Refused:
    """A request that breaks a rule of the protocol."""
    return Refused(Code.INVALID, message)


def not_found(message: str) -> Refused:
    """A request for something that does not exist."""
    return Refused(Code.NOT_FOUND, message)


def unserved(what: str, hint: str) -> Refused:
    """A request for a feature that the protocol has and this engine does not have yet."""
    return Refused(Code.UNIMPLEMENTED, f"the embedded engine does not serve {what} yet: {hint}")


class StorageError(Exception):
    """The disk or the database is in trouble; what was to be stored may be tried again."""


class UnstorableError(Exception):
    """Something that was to be stored can never be, and who asked for it cannot be told; nothing is stored."""


class EngineStartError(RuntimeError):
    """The engine could not start; the message says why and what to do."""
