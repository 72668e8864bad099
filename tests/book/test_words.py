"""What a reader reads is text: no markup is left, and nothing said twice."""

import collections
import re
from typing import Any

import pytest

pytestmark = pytest.mark.book

#: Markdown and TeX that nobody has turned into words.
MARKUP = re.compile(r"\*\w[^*\n]{0,40}\*|`|\$|\{[\w:]+\}")
POWER = re.compile(r"\d\s*⋅\s*10")
ARXIV = re.compile(r"\b\d{4}\.\d{4,5}\b")

#: What a lesson does not say, and the field's term or the English for it.
AVOIDED = {
    # training
    r"ways? back": "backward pass",
    r"blam(?:e|es|ed|ing)": "gradient, credit assignment",
    r"gradients? (?:is|are|was|were) cut|cut every": "truncated",
    r"(?:first|usual|starting) weights": "initial weights",
    r"as PyTorch makes it|as (?:(?:it|they) (?:was|were) )?made": "default",
    r"lengths? of (?:a|an|the|its|each) (?:gradient|vector)s?": "norm",
    r"keep(?:s|ing)? lengths?|lengths? (?:is|are) kept": "preserves norms",
    r"surprise[sd]?": "cross-entropy, perplexity",
    r"chances": "probabilities",
    r"games?": "task",
    r"learned the calendar": "shortcut learning",
    # layers
    r"squeez\w+|squash\w*|bent": "activation function",
    r"slabs?|slots?": "fixed input of a fully connected network",
    r"chop(?:s|ped|ping)?": "truncation",
    r"blanks?": "padding token",
    r"tables? of (?:scores|weights|numbers|words)": "matrix",
    r"places?": "position",
    r"blind to order|order-blind": "permutation invariant",
    r"shuffled (?:alike|answers)": "permutation equivariant",
    r"piles?|piled": "stack",
    r"proposals?|(?:is|are) proposed": "candidate state",
    r"mixtures?": "interpolation, weighted average",
    r"(?:a|an|the|its|their|every|what) share": "weight, fraction",
    r"shares of": "weights of, fractions of",
    r"the cell’s own path": "cell path",
    # attention
    r"(?:a|the|two|each|every|no) looks?": "attends, query",
    r"look-?ups?": "attention, query",
    r"(?:take|taking|takes|took|taken) along": "attention output",
    r"heads that share|grouped heads": "grouped-query attention",
    r"(?:side )?roads?": "residual stream, residual connection",
    r"the feed-forward(?! (?:network|layer))": "the feed-forward network",
    r"thinks? by itself|thought over": "feed-forward network",
    # generation
    r"writers?": "decoder",
    r"(?:is|are|was|when|if) told|told the (?:truth|right)": "given",
    r"(?:writes?|writing|generates?) alone": "free running",
    # English
    r"one upon the other|for ever|anew|whoever|so many": "plain English",
    r"and no further|and not from|is to be learned": "plain English",
}
#: Where these words say something else.
MEANT = re.compile(
    r"\bin (?:(?:the|its|their|both|right|same|first) )*places?\b"
    r"|(?:takes?|took|taking|changes?|decimal) places?\b"
    r"|mixtures? of experts|soft look-?up|a look at",
    re.IGNORECASE,
)


def is_prose(page: Any) -> bool:
    """Tell pages from those that docstrings make, with W**2 in a sentence."""
    return not page.name.startswith("reference/api/")


def test_no_markup_is_left(page: Any) -> None:
    found = [text for text in page.said if MARKUP.search(text)]
    assert not found or not is_prose(page), f"{page}: {found}"


def test_no_sentence_begins_in_the_middle(page: Any) -> None:
    """A line that was moved or doubled leaves its tail behind."""
    paragraphs = page.article.select("section > p") if is_prose(page) else ()
    for paragraph in paragraphs:
        words = " ".join(paragraph.get_text().split())
        tail = re.search(r"(?<=[a-z]{3}\. )[a-z]+ [a-z]+\b.*?\.", words)
        assert tail is None, f"{page}: {tail[0]!r}"


def test_a_power_of_ten_stays_on_its_line(page: Any) -> None:
    text = page.article.get_text()
    broken = [m[0] for m in POWER.finditer(text) if " " in m[0]]
    assert not broken, f"{page}: {broken}"


def test_the_bibliography_names_each_paper_once(
    pages: dict[str, Any],
) -> None:
    entries = [
        " ".join(tag.get_text().split())
        for tag in pages["reference/bibliography.html"].article.select(
            ".citation > p, .citation > div"
        )
    ]
    assert len(entries) > 50
    numbers = [ARXIV.findall(entry) for entry in entries]
    for entry, own in zip(entries, numbers, strict=True):
        assert len(own) <= 1, f"{entry}: {own}"
    seen = collections.Counter(number for own in numbers for number in own)
    assert max(seen.values()) == 1, seen.most_common(3)
    # Authors, title and year: an entry up to its first four digits.
    begun = collections.Counter(
        re.split(r"\b(?:19|20)\d\d\b", entry)[0] for entry in entries
    )
    assert max(begun.values()) == 1, begun.most_common(3)


def test_a_lesson_speaks_the_fields_language(lessons: list[Any]) -> None:
    words = re.compile(
        "|".join(rf"(\b(?:{word})\b)" for word in AVOIDED), re.IGNORECASE
    )
    instead = list(AVOIDED.values())
    found = []
    for page in lessons:
        for piece in (*page.prose, *page.replies):
            text = MEANT.sub("·", " ".join(piece.split()))
            found += [
                f"{page}: … {text[max(m.start() - 30, 0) : m.end() + 20]} … "
                f"({instead[m.lastindex - 1]})"
                for m in words.finditer(text)
            ]
    if found:
        pytest.fail("\n".join(found), pytrace=False)


def test_the_window_has_as_many_bars_as_slots(pages: dict[str, Any]) -> None:
    (row,) = pages["index.html"].article.select(".memory.m-window")
    bars = [
        bar
        for bar in row.select(".cells i")
        if float(re.search(r"--m:([\d.]+)", bar["style"])[1])
    ]
    size = row.select_one(".size").get_text()
    assert re.search(r"\d+", size)[0] == str(len(bars))


def test_a_beam_has_its_sums_on_a_phone_too(pages: dict[str, Any]) -> None:
    page = pages["3-attention/reading-then-writing.html"]
    frames = page.article.select("figure.beam [data-frame]")
    assert frames
    for frame in frames:
        wide, narrow = (
            [text.get_text() for text in svg.select("text")]
            for svg in frame.select("svg")
        )
        assert wide == narrow
        assert any(text.startswith("−") for text in wide)
