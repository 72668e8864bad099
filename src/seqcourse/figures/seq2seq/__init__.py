"""An encoder, a decoder, and the search for its output."""
