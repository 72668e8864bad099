"""Text as a language model meets it: its tokens."""
