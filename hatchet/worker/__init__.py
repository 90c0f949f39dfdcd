"""The runtime of a worker: listens, executes, reports, drains."""
