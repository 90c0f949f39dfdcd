"""SQLite: everything that outlives the process, and the queries over it."""
