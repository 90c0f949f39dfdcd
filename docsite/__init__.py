"""How docs/ and the docstrings become the site: `make docs`."""
