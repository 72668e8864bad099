"""The exercises of the lesson "What a plain network cannot do"."""
