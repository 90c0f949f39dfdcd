"""A small shop, as an application of several modules: tasks in `mails` and `orders`, the web in `web`.

Its tests are in `tests`: python -m pytest examples/shop
"""
