"""Numbers that a page has glued, for blocks that must know them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from myst_nb.core.variables import RetrievalError
from myst_nb.ext.glue.utils import retrieve_glue_data

if TYPE_CHECKING:
    from docutils import nodes


def numbers(document: nodes.document, key: str) -> list[str]:
    """Give what is glued under ``key`` or ``key:format``, number by number.

    One number is a list of one. The format is that of ``glue:text``, and
    ``.0f`` where there is none.
    """
    name, _, form = key.partition(":")
    try:
        data = retrieve_glue_data(document, name).data
    except RetrievalError:
        raise ValueError(f"nothing is glued as {name!r}") from None
    text = str(data.get("text/plain", ""))
    try:
        value = ast.literal_eval(text)
    except (SyntaxError, ValueError):
        value = None
    found = value if isinstance(value, (list, tuple)) else [value]
    if not all(type(one) in (int, float) for one in found):
        raise ValueError(
            f"{name}: expected a plain number, or a list of them, got {text}"
        )
    return [format(one, form or ".0f") for one in found]
