"""Transformers: feed-forward networks, blocks and stacks of them."""
