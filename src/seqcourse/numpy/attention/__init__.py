"""Attention: scores, masks, heads, positions and the key-value cache."""
