"""The exercises of the lesson "The vanishing gradient"."""
