"""What happens: how runs, tasks and workers change when something is asked for or time passes. Pure, one thread."""
