"""The exercises of the lesson "Sampling"."""
