"""Tasks of remembering: recall, copy, sort, count and find."""
