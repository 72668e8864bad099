"""Attention weights, transformer blocks, and what they find and write."""
