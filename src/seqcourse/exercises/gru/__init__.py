"""The exercises of the lesson "GRU"."""
