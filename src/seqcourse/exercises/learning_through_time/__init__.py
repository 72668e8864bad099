"""The exercises of the lesson "Learning through time"."""
