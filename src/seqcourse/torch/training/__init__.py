"""Training: the loop, its loss, its history."""
