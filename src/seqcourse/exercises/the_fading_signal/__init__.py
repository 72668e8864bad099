"""The exercises of the lesson "The fading signal"."""
