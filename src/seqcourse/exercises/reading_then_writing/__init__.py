"""The exercises of the lesson "Reading, then writing"."""
