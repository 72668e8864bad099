"""What layers, models and tasks promise, and the refusals that keep it."""
