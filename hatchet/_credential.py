"""The API token of a client: kept in one place, asked for by every call, and read again when the engine refuses it."""

from __future__ import annotations

import base64
import binascii
import json
import logging
import re
import time
from pathlib import Path
from typing import Final, cast

from hatchet._dataclasses import dataclass
from hatchet._settings import variable
from hatchet.errors import ConfigError

logger: Final = logging.getLogger("hatchet")

NO_TOKEN = (
    "Set HATCHET_CLIENT_TOKEN or write Hatchet(config=ClientConfig(token=…)); "
    "with no server at hand use Hatchet.from_embedded(), or run `hatchet-py dev`."
)
COPY_AGAIN = "Copy the whole token again; it starts with `ey` and has three parts joined by dots."
FILE_LIMIT = 64 * 1024  # bytes of a token file that are read; tokens have less than one of these

_SENDABLE = re.compile(r"[\x21-\x7e]+")  # what a header may hold, without blanks


@dataclass(frozen=True)
class TokenClaims:
    """What the API token says about itself; its signature is the engine's business."""

    tenant_id: str
    server_url: str
    grpc_address: str


class Token:
    """One token, in the forms in which calls carry it. Its text is not shown."""

    __slots__ = ("metadata", "text")

    def __init__(self, text: str) -> None:
        self.text: str = text
        """The token itself."""
        self.metadata: tuple[tuple[str, str], ...] = (("authorization", f"bearer {text}"),)
        """What a call over gRPC carries."""


class Credential:
    """The token that calls are made with; one object for a client, however many connections it has.

    Args:
        text: the token.
        file: where it came from, to be read again; empty where it was given by itself.
    """

    def __init__(self, text: str, file: str = "") -> None:
        self.current: Token = Token(text)
        """The token to send now."""
        self.file: str = file
        """The file that is read when a token is refused."""
        self._problem = ""

    def replace(self, text: str) -> None:
        """Use another token from now on."""
        self.current = Token(text)

    def refused(self, sent: Token) -> bool:
        """The engine refused a call that carried `sent`: whether there is another token by now, worth another try.

        Who meets a rotation first reads the file; whoever was refused with the old token finds the new one here.
        """
        if sent is not self.current:
            return True
        if not self.file:
            return False
        try:
            if Path(self.file).is_fifo():
                return False  # it was read once, and another read might never end
            text = read_token_file(self.file)
            claims_of(text, "token_file")
        except ConfigError as error:  # such as while the file is being replaced
            if str(error) != self._problem:
                self._problem = str(error)
                logger.warning("the engine refused the token, and the old one is kept: %s", error)
            return False
        self._problem = ""
        if text == sent.text:
            return False
        logger.info("the engine refused the token, and %s holds a new one", self.file)
        self.replace(text)
        return True

    @property
    def is_awaited(self) -> bool:
        """Whether the file held no usable token when it was read last, as while it is being replaced."""
        return bool(self._problem)

    def __repr__(self) -> str:
        return f"Credential(file={self.file!r})"


def read_token_file(path: str) -> str:
    """The token in a file.

    Raises:
        ConfigError: the file cannot be read, or holds something that cannot be sent.
    """
    try:
        with Path(path).open("rb") as file:
            content = file.read(FILE_LIMIT)
        text = content.decode().strip()
    except OSError as error:
        raise _faulty(path, f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise _faulty(path, "is not UTF-8 text") from error
    except ValueError as error:  # a path that no file can have
        raise _faulty(path, f"cannot be read: {error}") from error
    if text and not _SENDABLE.fullmatch(text):
        raise _faulty(path, "holds characters that no token has")
    return text


def _faulty(path: str, problem: str) -> ConfigError:
    return ConfigError(
        variable("token_file"), f"{path} {problem}", source="token_file", remedy="Name a file that holds a token."
    )


def claims_of(token: str, source: str) -> TokenClaims:
    """What a token says about itself.

    Raises:
        ConfigError: it is missing, malformed or expired.
    """
    setting = variable("token")
    if not token:
        raise ConfigError(setting, "there is no API token", source=source, remedy=NO_TOKEN)
    parts = token.split(".")
    if not token.startswith("ey") or len(parts) != 3 or not _SENDABLE.fullmatch(token):
        raise ConfigError(setting, "this is not an API token", source=source, remedy=COPY_AGAIN)
    try:
        payload: object = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (binascii.Error, UnicodeDecodeError, ValueError, RecursionError):
        raise ConfigError(setting, "its middle part cannot be decoded", source=source, remedy=COPY_AGAIN) from None
    claims = cast(dict[str, object], payload) if isinstance(payload, dict) else {}
    values = [claims.get(name) for name in ("sub", "server_url", "grpc_broadcast_address")]
    if not all(isinstance(value, str) and value for value in values):
        problem = "it lacks one of the claims sub, server_url and grpc_broadcast_address"
        raise ConfigError(setting, problem, source=source, remedy="Create a new token in the dashboard.")
    expiry = claims.get("exp")
    if isinstance(expiry, int | float) and expiry < time.time():
        raise ConfigError(setting, f"the token expired on {_day(expiry)}", source=source, remedy="Create a new one.")
    return TokenClaims(*(str(value) for value in values))


def _day(moment: float) -> str:
    try:
        return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(moment))
    except (OverflowError, ValueError, OSError):  # a number that is no date
        return f"{moment:g}"
