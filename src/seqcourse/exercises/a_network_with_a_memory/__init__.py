"""The exercises of the lesson "A network with a memory"."""
