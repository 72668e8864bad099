"""Layers around layers, on autograd."""
