"""The exercises of the lesson "Attention"."""
