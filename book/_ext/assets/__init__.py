"""What the pages load: script, sheet, fonts, and Python's files."""
