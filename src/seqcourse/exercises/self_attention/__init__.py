"""The exercises of the lesson "Self-attention"."""
