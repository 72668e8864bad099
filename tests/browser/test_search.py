"""What the reader looks for is found, with a server and without."""

import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest

pytestmark = pytest.mark.browser

#: Each hit: where its link leads, the sentence and what is marked in it.
HITS = """() => [...document.querySelectorAll("#search-results > li")]
  .map((item) => ({
    link: item.querySelector("a").getAttribute("href"),
    sentence: item.querySelector("p:not(.also)")?.textContent,
    marked: [...item.querySelectorAll("mark")].map((m) => m.textContent),
  }))"""


class Query(NamedTuple):
    """What a learner types, and the page and section that treat it."""

    typed: str
    page: str
    section: str = ""  # empty: whichever


PLAIN = "1-memory/what-a-plain-network-cannot-do"
FIRST = "1-memory/why-sequences-need-memory"
RNN = "1-memory/a-network-with-a-memory"
BPTT = "2-gates/learning-through-time"
FADING = "2-gates/the-fading-signal"
LSTM = "2-gates/lstm"
GRU = "2-gates/gru"
SEQ2SEQ = "3-attention/reading-then-writing"
ATTENTION = "3-attention/attention"
SELF = "3-attention/self-attention"
TRANSFORMER = "3-attention/the-transformer"
WINDOWS = "3-attention/context-windows"
TOKENS = "4-language/tokens"
NEXT = "4-language/predicting-the-next-token"
OWN = "4-language/a-language-model-of-your-own"
ORDER = ["1", "2", "3", "4", "reference/glossary", "reference/experiments"]
ORDER += ["reference/api", "reference/bibliography"]
#: For a term that no lesson uses yet; when one does, it is named in the row.
NOWHERE = ""

QUERIES = [
    Query("what is a hidden state", FIRST, "give-it-a-memory"),
    Query("recurrent neural network", FIRST, "give-it-a-memory"),
    Query("why does order matter", FIRST, "listen-to-the-order"),
    Query("distractor", FIRST, "where-it-struggles"),
    Query("padding", PLAIN, "it-has-one-size"),
    Query("weight sharing", PLAIN, "it-cannot-share-what-it-learns"),
    Query("what does unrolled mean", RNN, "one-set-of-weights-any-length"),
    Query("logits", RNN, "teach-it-to-read"),
    Query("vocabulary", RNN, "teach-it-to-read"),
    Query("language model", OWN),
    Query("what is a nat", RNN, "teach-it-to-read"),
    Query("perplexity", NEXT, "the-equation-is-the-code"),
    Query("BPTT", BPTT, "the-equation-is-the-code"),
    Query("gradient check", BPTT),
    Query("finite difference", BPTT),
    Query("truncated backpropagation", BPTT, "a-long-text-comes-in-segments"),
    Query("gradient clipping", BPTT, "where-it-struggles"),
    Query("checkpointing", BPTT, "what-it-costs"),
    Query("vanishing gradient", FADING),
    Query("why do gradients explode", FADING, "the-equation-is-the-code"),
    Query("why does an rnn forget", FADING),
    Query("spectral radius", FADING, "two-numbers-for-one-matrix"),
    Query("singular values", FADING, "two-numbers-for-one-matrix"),
    Query("orthogonal matrix", FADING, "a-matrix-that-preserves-the-norm"),
    Query("Jacobian", FADING, "the-equation-is-the-code"),
    Query("saturation", FADING, "a-matrix-that-preserves-the-norm"),
    Query("curriculum learning", FADING),
    Query("LSTM", LSTM),
    Query("RNN vs LSTM", LSTM),
    Query("long short-term memory", LSTM),
    Query("forget gate", LSTM, "one-gate-at-a-time"),
    Query("what does the output gate do", LSTM, "one-gate-at-a-time"),
    Query("cell state", LSTM, "one-gate-at-a-time"),
    Query("sigmoid", LSTM, "one-gate-at-a-time"),
    Query("difference between LSTM and GRU", GRU),
    Query("reset gate", GRU, "the-equation-is-the-code"),
    Query("update gate", GRU, "the-equation-is-the-code"),
    Query("seq2seq", SEQ2SEQ, "read-all-then-write"),
    Query("encoder and decoder", SEQ2SEQ, "read-all-then-write"),
    Query("teacher forcing", SEQ2SEQ, "teacher-forcing"),
    Query("beam search", SEQ2SEQ, "greedy-decoding-or-beam-search"),
    Query("how does attention work", ATTENTION),
    Query("softmax", ATTENTION, "a-soft-look-up"),
    Query("alignment", ATTENTION, "watch-where-it-attends"),
    Query("self-attention", SELF),
    Query("query key value", SELF, "by-hand"),
    Query("positional encoding", SELF, "positions"),
    Query("RoPE", SELF, "positions"),
    Query("multi-head attention", SELF, "several-heads"),
    Query("causal mask", SELF, "the-future-must-be-hidden"),
    Query("residual stream", TRANSFORMER, "one-block"),
    Query("layer normalisation", TRANSFORMER),
    Query("how is ChatGPT built", TRANSFORMER),
    Query("KV cache", WINDOWS, "by-hand"),
    Query("overfitting", WINDOWS, "what-a-longer-window-is-worth"),
    Query("BPE", TOKENS, "byte-pair-encoding-by-hand"),
    Query("what is a tokenizer", TOKENS),
    Query("bits per byte", TOKENS, "comparing-models-with-different-tokens"),
    Query("epoch", NOWHERE),
    Query("dropout", NOWHERE),
]


def _ask(page: Any, typed: str) -> list[dict[str, Any]]:
    """Type into the page's own field; give the hits."""
    box = page.locator("article input[name=q]")
    box.fill(typed)
    box.press("Enter")
    return page.evaluate(HITS)


def test_a_lesson_is_found_from_any_page(visit: Any) -> None:
    page = visit().go(f"{LSTM}.html")
    box = page.locator("input[name=q]").first
    box.fill("hidden state")
    box.press("Enter")
    page.wait_for_url("**/search.html?q=hidden+state*")
    page.locator("#search-results a").first.click()
    page.wait_for_url(f"**/{FIRST}.html#give-it-a-memory")
    assert page.locator("#give-it-a-memory").is_visible()


def test_learners_find_their_lesson_first(visit: Any) -> None:
    assert len(QUERIES) == len({query.typed for query in QUERIES}) == 60
    page = visit().go("search.html")
    missed = []
    for typed, wanted, section in QUERIES:
        hits = _ask(page, typed)
        first, _, at = hits[0]["link"].partition("#") if hits else ("",) * 3
        if wanted == NOWHERE:
            in_lesson = re.match(r"\d+-", first)
            assert not in_lesson, f"{first} has “{typed}” now: say so here"
        elif first != f"{wanted}.html" or section not in ("", at):
            missed.append(f"{typed}: {first}#{at}")
    unused = sum(query.page == NOWHERE for query in QUERIES)
    assert len(QUERIES) - unused - len(missed) >= 55, "\n".join(missed)


def test_a_synonym_leads_to_a_lesson(visit: Any) -> None:
    page = visit().go("search.html")
    synonyms = page.evaluate("() => searchIndex.synonyms")
    for typed, said in synonyms.items():
        first, *_ = _ask(page, typed)
        assert re.match(r"\d+-", first["link"]), f"{typed}: {first['link']}"
        assert f"“{said}”" in page.get_by_role("status").inner_text()


def test_a_hit_shows_its_sentence(visit: Any) -> None:
    page = visit().go("search.html?q=hidden+state")
    first, *others = page.evaluate(HITS)
    assert first["sentence"] == "The list is called the hidden state."
    assert first["marked"] == ["hidden", "state"]
    assert all(hit["sentence"] for hit in others)
    first, *_ = _ask(page, "gradient clipping")
    assert "proposed gradient clipping by the norm" in first["sentence"]
    assert first["marked"][:2] == ["gradient", "clipping"]


def test_search_works_from_a_folder(visits: Any, site: Path) -> None:
    with visits.open() as visit:
        page = visit.go("search.html?q=vanishing+gradient")
        served = page.evaluate(HITS)
    with visits.open(base=f"{site.as_uri()}/") as visit:
        page = visit.go("search.html?q=vanishing+gradient")
        assert page.evaluate(HITS) == served
        assert _ask(page, "softmax")
        page.locator("#search-results a").first.click()
        page.wait_for_url("**/3-attention/attention.html#*")
        assert visit.complaints == []


def test_pages_come_in_the_order_of_their_kind(visit: Any) -> None:
    hits = _ask(visit().go("search.html"), "beam search")
    kinds = [re.match(r"\d|reference/\w+", hit["link"])[0] for hit in hits]
    assert kinds == sorted(kinds, key=ORDER.index)
    assert {*kinds} >= {"3", "reference/glossary", "reference/api"}


def test_a_name_from_the_code_leads_to_its_object(visit: Any) -> None:
    page = visit().go("search.html")
    for typed in ("beam_search", "seqcourse.numpy.beam_search"):
        assert _ask(page, typed)[0]["link"] == (
            "reference/api/numpy.html#seqcourse.numpy.beam_search"
        )


def test_a_slip_of_the_hand_is_forgiven(visit: Any) -> None:
    page = visit().go("search.html")
    assert _ask(page, "curiculum")[0]["link"].startswith(FADING)


def test_the_way_back_leads_to_the_last_search(visit: Any) -> None:
    page = visit().go("search.html?q=lstm")
    before = page.evaluate(HITS)
    assert _ask(page, "beam search") != before
    page.go_back()
    page.wait_for_function(
        "() => document.querySelector('article [name=q]').value == 'lstm'"
    )
    assert page.evaluate(HITS) == before


def test_search_says_when_there_is_nothing(visit: Any) -> None:
    page = visit().go("search.html?q=xylophonist")
    status = page.get_by_role("status")
    assert status.inner_text() == "Nothing was found."
    _ask(page, "BPTT")
    assert "“backpropagation through time”" in status.inner_text()


@pytest.mark.parametrize("file", ["searchindex.js", "language_data.js"])
def test_search_says_when_it_cannot_search(visits: Any, file: str) -> None:
    with visits.open(fresh=True) as visit:
        visit.page.route(f"**/{file}*", lambda route: route.abort())
        status = visit.go("search.html?q=lstm").get_by_role("status")
        assert "could not be loaded" in status.inner_text()


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_results_are_accessible(
    visit: Any, axe: str, colours: str, width: int
) -> None:
    page = visit(colours=colours, width=width).go("search.html?q=forget+gate")
    assert page.locator("#search-results mark").first.is_visible()
    assert page.evaluate(
        "() => document.documentElement.scrollWidth <= innerWidth"
    )
    page.evaluate(axe)
    found = page.evaluate(
        "async () => (await axe.run(document)).violations.map((v) => v.id)"
    )
    assert found == []
