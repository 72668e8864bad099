"""Sequence models twice: in NumPy by hand, in PyTorch for the GPU."""

__version__ = "0.1.0"
