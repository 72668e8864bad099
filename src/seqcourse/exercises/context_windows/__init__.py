"""The exercises of the lesson "Context windows"."""
