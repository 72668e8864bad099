"""The exercises of the lesson "The transformer"."""
