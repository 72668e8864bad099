"""Layers that read each step by itself, or all of them at once."""
