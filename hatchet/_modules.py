"""Whether modules are loaded for what they declare, and not to do anything. Light: pytest's plugin loads it."""

from __future__ import annotations

from typing import Final


class Modules:
    """How the modules of this process are loaded."""

    def __init__(self) -> None:
        self.are_collected: bool = False
        """Whether it is done because tests are looked for: a client that a module makes starts no engine then."""


modules: Final = Modules()  # one for each process, as its modules are
