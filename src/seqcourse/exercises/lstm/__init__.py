"""The exercises of the lesson "LSTM"."""
