"""Gates, step by step, and how long a gated memory lasts."""
