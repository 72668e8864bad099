"""The exercises of the lesson "Predicting the next token"."""
