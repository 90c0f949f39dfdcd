"""A hook of mkdocs: links out of docs/ lead to the page that is made of their target, or to the repository."""

from __future__ import annotations

import re
from typing import Any

from docsite.project import repository

_EXAMPLE = re.compile(r"\]\((?:\.\./)*examples/([\w/]+)\.py\)")
_SOURCE = re.compile(r"\[([^]]*)\]\((?:\.\./)*((?:tests|hatchet|codegen|generator|specs)/[^)]*)\)")
_DEPLOYED = re.compile(r"\]\((?:\.\./)*deploy/([\w.]+)\)")
_FOLDER = re.compile(r"\]\((?:\.\./)*examples/(\w+)/?\)")
_FILES = {"CHANGELOG.md": "changelog.md", "CONTRIBUTING.md": "contributing.md", "SECURITY.md": "security.md"}


def on_page_markdown(markdown: str, *, page: Any, config: Any, files: Any) -> str:  # Any: as mkdocs calls it
    """The text of a page with its links."""
    depth = "../" * page.file.src_uri.count("/")
    markdown = _FOLDER.sub(lambda found: f"]({depth}examples/{found[1]}.md)", markdown)
    text = _EXAMPLE.sub(lambda found: f"]({depth}examples/{found[1]}.md)", markdown)
    text = _DEPLOYED.sub(lambda found: f"]({depth}deploy/{found[1]}.md)", text)
    for name, file in _FILES.items():
        text = re.sub(rf"\]\((?:\.\./)*{re.escape(name)}", f"]({depth}{file}", text)
    text = re.sub(r"\]\(docs/", "](", text)  # of pages that stand beside docs/
    text = re.sub(r"\]\((?:\.\./)*LICENSE\)", "](https://spdx.org/licenses/MIT.html)", text)
    return _SOURCE.sub(lambda found: f"[{found[1]}]({repository()}/blob/main/{found[2]})", text)
