"""What the generator (generator/) is told about this project: settings, and what is left out of the specs."""
