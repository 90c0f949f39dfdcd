"""What calls for many things say when they fail on the way."""

from __future__ import annotations

from hatchet.errors import ApiError, BulkProgress


def half_done(error: ApiError, progress: BulkProgress, done: str) -> None:
    """Let the error of a call for many things say what was done before it.

    Args:
        error: what happened.
        progress: how far the call had come.
        done: what was done, in words, such as `runs were started`.
    """
    error.progress = progress
    if progress.ids or progress.collisions or progress.uncertain:
        doubt = f", and {progress.uncertain} more may have been" if progress.uncertain else ""
        error.args = (f"{error}; {len(progress.ids)} of {progress.total} {done} before{doubt}: see `.progress`",)
