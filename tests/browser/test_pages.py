"""Every page, in light and dark or narrow: whole, silent, accessible.

$SHOTS names a folder for a picture of each page as it was tested.
"""

import os
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

#: What axe finds, as one line for each element.
AXE = """
async (rules) => (await axe.run(document, {
    resultTypes: ["violations"], preload: false,
    ...(rules && {runOnly: rules}),
  })).violations.flatMap(({id, nodes}) => nodes.map((node) =>
    `${id}: ${node.target} ${(node.any[0] ?? node.all[0] ?? node.none[0])
      ?.message}`))
"""
#: The rules that another look can break: the markup is the same.
RULES = {
    ("light", 1280): None,  # all of them
    ("dark", 1280): ["color-contrast", "link-in-text-block"],
    ("light", 390): [
        "color-contrast",
        "scrollable-region-focusable",
        "target-size",
    ],
}

#: Open all that is folded, choose an answer to each question, and bring each
#: figure that moves to its other end. Says whether there was anything to do.
UNFOLD = """
() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const last = (selector, root) =>
    [...root.querySelectorAll(selector)].at(-1);
  const folds = all("details:not([open])");
  const groups = all("fieldset:has([type=radio])");
  const tabs = all(".sd-tab-set");
  const ranges = all("input[type=range]");
  for (const fold of folds) fold.open = true;
  for (const group of groups) last("[type=radio]", group).click();
  for (const set of tabs) last(".sd-tab-label", set).click();
  for (const range of ranges) {
    range.value = range.min;
    range.dispatchEvent(new Event("input", {bubbles: true}));
  }
  return [folds, groups, tabs, ranges].some((found) => found.length);
}
"""

#: Leave the first entries of a reference page: all are made of one template.
SHORTEN = """
() => document.querySelectorAll("section > dl.py:nth-of-type(n + 9)")
  .forEach((entry) => entry.remove())
"""

TOO_WIDE = """
() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  return [...document.querySelectorAll("body *")]
    .filter((tag) => tag.getBoundingClientRect().right > room + 1)
    .filter((tag) => ![...tag.children].some(
      (child) => child.getBoundingClientRect().right > room + 1))
    .map((tag) => `${tag.tagName} ${tag.className}`).slice(0, 5)
    .concat([`scrolls to ${document.documentElement.scrollWidth}`]);
}
"""

UNNAMED = """
() => [...document.querySelectorAll("[role=img], img")]
  .filter((tag) => !(tag.getAttribute("aria-label") ?? tag.alt)?.trim())
  .map((tag) => tag.outerHTML.slice(0, 100))
"""


@pytest.mark.parametrize(("colours", "width"), RULES)
def test_page_is_whole_and_accessible(
    visit: Any, axe: str, name: str, colours: str, width: int
) -> None:
    page = visit(colours=colours, width=width).go(name)
    page.evaluate("() => document.fonts.ready.then(() => null)")
    if folder := os.environ.get("SHOTS"):
        shot = f"{name.removesuffix('.html').replace('/', '_')}"
        path = Path(folder, f"{shot}-{colours}-{width}.png")
        page.screenshot(path=path, full_page=True, animations="disabled")
    assert page.evaluate(TOO_WIDE) == []
    assert page.evaluate(UNNAMED) == []
    # Unfolding only adds.
    if page.evaluate(UNFOLD):
        assert page.evaluate(TOO_WIDE) == []
    rules = RULES[colours, width]
    if rules:
        page.evaluate(SHORTEN)
    page.evaluate(axe)
    assert page.evaluate(AXE, rules) == []


def test_page_fits_a_tablet(visit: Any, name: str) -> None:
    """Turned on its side, and upright again."""
    page = visit(width=768).go(name)
    page.evaluate(UNFOLD)
    for width, height in [(1100, 800), (768, 1024)]:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(TOO_WIDE) == []


def test_colours_follow_the_system(visit: Any) -> None:
    papers = []
    for colours in ("light", "dark"):
        page = visit(colours=colours).go("index.html")
        papers.append(
            page.evaluate(
                "() => getComputedStyle(document.body).backgroundColor"
            )
        )
    assert papers[0] != papers[1]


def test_text_is_in_the_books_own_face(visit: Any) -> None:
    page = visit().go("index.html")
    faces = page.evaluate(
        """async () => {
          await document.fonts.ready;
          return [...document.fonts].filter((f) => f.status == "loaded")
            .map((f) => f.family);
        }"""
    )
    assert any("Source Serif" in face for face in faces), faces


def test_a_wrong_address_gets_the_books_own_page(
    visits: Any, site: Path
) -> None:
    """The page 404 finds its sheets wherever the wrong address lay."""
    shown = (site / "404.html").read_text("utf-8")
    with visits.open(fresh=True) as visit:
        address = visit.base + "1-memory/deep/wrong.html"
        visit.page.route(
            address,
            lambda route: route.fulfill(
                status=404, body=shown, content_type="text/html"
            ),
        )
        visit.page.goto(address)
        complaints = [
            words for words in visit.complaints if address not in words
        ]
        assert complaints == []
        assert visit.page.locator("h1").is_visible()
        assert visit.page.locator(".sidebar-tree a").count()
