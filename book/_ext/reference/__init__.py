"""The package's own pages, made of its docstrings."""
