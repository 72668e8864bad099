"""Sequences of numbers, notes and pixels, and files to download."""
