"""The exercises of the lesson "Why sequences need memory"."""
