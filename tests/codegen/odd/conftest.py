"""A real server that answers by a specification of its own, for clients that are generated from the same one."""

from __future__ import annotations

from tests.codegen.rest.conftest import _running as _running
from tests.codegen.rest.conftest import client as http
from tests.codegen.rest.conftest import server as server

__all__ = ("http",)
