"""Recurrent layers on autograd, by their equations or torch's kernels."""
