"""The client that all modules declare their tasks on."""

from __future__ import annotations

from hatchet import Hatchet

hatchet = Hatchet()
