"""The search for the most probable output."""
