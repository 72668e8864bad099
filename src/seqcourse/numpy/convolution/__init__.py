"""The layer that applies one small window of weights at every position."""
