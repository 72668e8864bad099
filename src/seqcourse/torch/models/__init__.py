"""Whole models on autograd."""
