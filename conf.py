"""Sphinx's configuration: it lies at the root, the pages lie in book/.

`nox -s book` builds the book. The address it will have is $SEQCOURSE_URL, or
else `Documentation` under `[project.urls]` in pyproject.toml. Until the book
has one nothing in it names an address: no sitemap, and words for the links of
notebooks.
"""

from __future__ import annotations

import hashlib
import logging
import os
import sys
import tomllib
import warnings
from pathlib import Path
from urllib.parse import urlsplit

from jupyter_cache import get_cache
from sphinx.deprecation import RemovedInSphinx10Warning

from seqcourse import __version__

ROOT = Path(__file__).resolve().parent
BUILD = ROOT / "_build"
sys.path.insert(0, str(ROOT / "book" / "_ext"))

from reference.array_types import ArrayTypes, PublicModule  # noqa: E402

project = "Sequences & Memory"
author = "The seqcourse authors"
copyright = author  # noqa: A001
version = release = __version__
language = "en"

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_autodoc_typehints",  # after napoleon
    "sphinx.ext.intersphinx",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinxcontrib.bibtex",
    "notfound.extension",
    # ours, from book/_ext
    "assets.web",
    "pages.mathml",
    "assets.mathfont",
    "pages.mends",
    "reference.inventories",
    "pages.blocks",
    "pages.lessons",
    "pages.course_map",
    "pages.progress",
    "pages.notebooks",
    "assets.runtime",
    "pages.live",
    "pages.twins",
    "reference.docstrings",
    "reference.package",
    "pages.page_progress",
    "pages.run_times",
    "pages.results",
    "pages.search",
]
exclude_patterns = ["_*", "**/.ipynb_checkpoints"]
source_suffix = {".md": "myst-nb"}
nitpicky = True
highlight_language = "text"  # what stands in docstrings is equations

# --- pages and their cells

myst_enable_extensions = [
    "attrs_block",
    "attrs_inline",
    "colon_fence",
    "deflist",
    "dollarmath",
    "fieldlist",
    "smartquotes",
]
myst_heading_anchors = 3

nb_execution_mode = "cache"
nb_execution_timeout = 120
nb_execution_raise_on_error = False  # -W fails the build, after all pages ran
nb_execution_show_tb = True
nb_output_stderr = "warn"
nb_merge_streams = True
nb_code_prompt_show = "Show the {type}"
nb_ipywidgets_js: dict[str, object] = {}  # they would come from elsewhere


def _pages_depend_on() -> str:
    """Hash all that a page's numbers depend on and its cells do not show."""
    digest = hashlib.sha256(sys.version.encode())
    lock = Path("book", "_web", "package-lock.json")  # the fonts' widths
    for path in (
        *sorted((ROOT / "src").rglob("*.py")),
        *sorted((ROOT / "book" / "weights").glob("*.safetensors")),
        *sorted((ROOT / "book" / "weights").glob("*.json")),
        ROOT / "constraints.txt",
        ROOT / lock,
    ):
        if path.exists():
            digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0")
            digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


nb_execution_cache_path = str(BUILD / "pages" / _pages_depend_on())
# Sphinx's workers would all try to make the tables of an empty cache at once.
get_cache(nb_execution_cache_path).list_cache_records()

# Pages run side by side, so each gets one thread; figures measure their text
# in the book's own face, which the extension `web` puts there.
for library in ("OMP", "OPENBLAS", "MKL", "VECLIB_MAXIMUM"):
    os.environ[f"{library}_NUM_THREADS"] = "1"
os.environ["SEQCOURSE_FONTS"] = str(BUILD / "fonts" / "source-serif-4")

# Kernels start alike, whoever builds, and speak up on errors alone.
profile = BUILD / "ipython" / "profile_default"
profile.mkdir(parents=True, exist_ok=True)
settings = "c = get_config()\nc.IPKernelApp.log_level = 'ERROR'\n"
(profile / "ipython_kernel_config.py").write_text(settings)
os.environ["IPYTHONDIR"] = str(profile.parent)
logging.getLogger("traitlets").setLevel(logging.WARNING)
warnings.filterwarnings("ignore", category=RemovedInSphinx10Warning)

# --- the package's pages

autodoc_inherit_docstrings = False  # the contract is explained once, in Layer
autodoc_member_order = "bysource"
napoleon_google_docstring = False
napoleon_use_rtype = False
typehints_use_rtype = False
typehints_defaults = "comma"
always_use_bars_union = True
typehints_formatter = ArrayTypes()
typehints_fixup_module_name = PublicModule()
intersphinx_disabled_reftypes = ["std:doc"]

bibtex_bibfiles = ["book/reference/references.bib"]
bibtex_default_style = "plain"
bibtex_reference_style = "author_year"

# --- HTML

html_theme = "furo"
html_title = project
pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
address = os.environ.get("SEQCOURSE_URL") or pyproject["project"].get(
    "urls", {}
).get("Documentation", "")
# Without its last slash an address would lose its last folder in links.
html_baseurl = f"{address.rstrip('/')}/" if address else ""
if html_baseurl:
    extensions.append("sphinx_sitemap")
html_favicon = "book/_web/favicon.svg"
html_css_files = ["palette.css", "book.css"]
html_js_files = [("book.js", {"defer": "defer"})]
toc_object_entries_show_parents = "hide"
html_permalinks_icon = "#"
html_show_sourcelink = False
html_copy_source = False
html_use_index = False
html_domain_indices = False
html_math_renderer = "mathml"
mathml_macros = {r"\R": r"\mathbb{R}"}
html_context = {  # of pages that say nothing of themselves
    "description": "A book that you can run, about what sequence models keep."
}
templates_path = ["book/_templates"]

copybutton_selector = "div.highlight-python > div.highlight > pre"
sitemap_url_scheme = "{link}"
notfound_urls_prefix = urlsplit(html_baseurl).path
notfound_context = {
    "title": "Not found",
    "body": "<h1>Not found</h1><p>This page is not in the book. The list of "
    "lessons and the search are where they always are.</p>",
}
