"""What the decorators build: tasks, workflows, standalone tasks, and how they are run."""
