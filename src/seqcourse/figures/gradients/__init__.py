"""Gradients on their way back, and what the backward pass keeps."""
