"""An encoder that reads one sequence, a decoder that writes another."""
