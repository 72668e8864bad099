"""Layers around layers: one after another, from both ends, read again."""
