"""The exercises of the lesson "Tokens"."""
