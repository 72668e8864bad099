"""The book's own list of recipes and sweeps, which is in no package."""

import importlib.util
from pathlib import Path

SHIPPED = Path(__file__).parents[2] / "book" / "weights"

_spec = importlib.util.spec_from_file_location(
    "recipes_of_the_book", SHIPPED / "recipes.py"
)
listed = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(listed)
