"""What user code sees while a task runs."""
