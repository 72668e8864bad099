"""Tasks in words and letters: a small grammar, and real text."""
