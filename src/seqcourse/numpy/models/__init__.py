"""Whole models: an embedding, a core and a read-out."""
