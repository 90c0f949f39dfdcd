"""A page to work with an engine: `hatchet-py page`, and part of `hatchet-py dev`.

It is made on this machine and for this machine: HTML from the server, one small script, nothing asked of any other
machine. It needs the extra `page`, and is loaded only where it is served.
"""
