"""Formulas as MathML, written while the book is built: no script in the page.

Temml (npm) turns TeX into MathML. It runs in one Node process for each of
Sphinx's own, which reads and writes a line of JSON for every formula.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

from assets import npm

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

log = logging.getLogger(__name__)


class FormulaError(ValueError):
    """A formula that Temml does not understand."""


@cache
def _temml(process: int) -> subprocess.Popen[str]:
    script = Path(__file__).with_suffix(".cjs")
    temml = subprocess.Popen(
        [npm.node(), str(script)],
        env={**os.environ, "NODE_PATH": str(npm.modules())},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    atexit.register(temml.kill)
    return temml


@cache
def render(tex: str, display: bool, macros: str) -> str:
    """Turn one formula into MathML."""
    temml = _temml(os.getpid())  # a forked worker needs its own
    assert temml.stdin is not None
    assert temml.stdout is not None
    question = {"tex": tex, "display": display, "macros": json.loads(macros)}
    temml.stdin.write(json.dumps(question) + "\n")
    temml.stdin.flush()
    answer = json.loads(temml.stdout.readline())
    if "error" in answer:
        raise FormulaError(answer["error"])
    return str(answer["mathml"])


def _convert(
    writer: HTML5Translator, node: nodes.Element, display: bool
) -> str:
    tex = node.astext().strip()
    if display and "\\begin{" not in tex:  # as Sphinx's other renderers do
        if "&" in tex:
            tex = rf"\begin{{aligned}}{tex}\end{{aligned}}"
        elif r"\\" in tex:
            tex = rf"\begin{{gathered}}{tex}\end{{gathered}}"
    macros = json.dumps(writer.config.mathml_macros)
    try:
        return render(tex, display, macros)
    except FormulaError as error:
        log.warning(
            "formula not understood: %s: %s", tex, error, location=node
        )
        return f"<code>{writer.encode(tex)}</code>"


def visit_math(writer: HTML5Translator, node: nodes.math) -> None:
    """Write a formula in a line of text."""
    writer.body.append(_convert(writer, node, display=False))
    raise nodes.SkipNode


def visit_math_block(writer: HTML5Translator, node: nodes.math_block) -> None:
    """Write a formula that stands alone; where it is wide, it scrolls."""
    writer.body.append(
        writer.starttag(node, "div", CLASS="math notranslate", tabindex="0")
    )
    writer.body.append(_convert(writer, node, display=True))
    if node["number"]:
        number = get_node_equation_number(writer, node)
        writer.body.append(f'<span class="eqno">({number})</span>')
    writer.body.append("</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.add_config_value("mathml_macros", {}, "html", types=(dict,))
    app.add_html_math_renderer(
        "mathml", (visit_math, None), (visit_math_block, None)
    )
    return {"parallel_read_safe": True, "parallel_write_safe": True}
