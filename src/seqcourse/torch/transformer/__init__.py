"""Transformers on autograd."""
