"""Layers without recurrence, on autograd."""
