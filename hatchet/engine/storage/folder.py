"""The data folder: for its user only, and out of the way of git."""

from __future__ import annotations

import errno
import logging
import os
import stat
from pathlib import Path

from hatchet.engine.state.errors import EngineStartError

logger: logging.Logger = logging.getLogger(__name__)

GITIGNORE = ".gitignore"
OWN = "engine."
"""How the names of the engine's own files begin."""

FOLDER_RIGHTS = 0o700
FILE_RIGHTS = 0o600


def prepare(folder: Path) -> None:
    """Make the folder if need be, and keep other users out of what the engine has in it.

    A folder that holds something else besides, such as a project, keeps its rights: only the engine's files are closed
    to others then, and git is left to look at the rest.

    Raises:
        EngineStartError: it cannot be made or written.
    """
    try:
        folder.mkdir(mode=FOLDER_RIGHTS, parents=True, exist_ok=True)
        names = [each.name for each in os.scandir(folder)]
        if all(name.startswith(OWN) or name == GITIGNORE for name in names):
            _narrow(folder, FOLDER_RIGHTS)
            if GITIGNORE not in names:
                (folder / GITIGNORE).write_text("*\n", encoding="utf-8")
        elif _others(folder):
            logger.warning(
                "the data folder %s holds other files, too, so its rights are left as they are and others can list it; "
                "what the engine keeps in it is for you only", folder,
            )  # fmt: skip
        for name in names:
            if name.startswith(OWN) or name == GITIGNORE:
                _narrow(folder / name, FILE_RIGHTS)
    except OSError as error:
        raise EngineStartError(_trouble(folder, error)) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise EngineStartError(
            f"the data folder {folder} cannot be written; check its rights, or choose another folder"
        )


def create(path: str | Path, flags: int) -> int:
    """An opener for files of the engine's own: for their user only, from the beginning and whatever the umask says."""
    return os.open(path, flags, FILE_RIGHTS)


def _narrow(path: Path, rights: int) -> None:
    if path.is_symlink() or (path.is_dir() and rights == FILE_RIGHTS) or not _others(path):
        return
    try:
        path.chmod(rights)
    except PermissionError:
        logger.warning("%s belongs to somebody else and can be read by others; it holds tokens and payloads", path)


def _others(path: Path) -> bool:
    """Whether others than the owner may do anything with it."""
    return os.name == "posix" and bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


def _trouble(folder: Path, error: OSError) -> str:
    match error.errno:
        case errno.EEXIST | errno.ENOTDIR:
            return f"the data folder {folder} is, or lies below, a file; move that away, or choose another folder"
        case errno.ENOSPC | errno.EDQUOT:
            return f"there is no space left for the data folder {folder}; free some, or choose another folder"
        case _:
            why = error.strerror
            return f"the data folder {folder} cannot be used ({why}); check its rights, or choose another folder"
