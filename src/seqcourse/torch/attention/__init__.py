"""Attention on autograd."""
