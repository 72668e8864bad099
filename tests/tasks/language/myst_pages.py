"""Random pages in MyST, and the prose that a reader of each would read."""

import random

WORDS = ("state", "gate", "loss", "step", "größe", "naïve", "3", "of", "the")
#: What a reader sees as the same words, or as nothing at all.
DRESSED = (
    "**{}**",
    "*{}*",
    "_{}_",
    "***{}***",
    "`{}`",
    "{{math}}`{}`",
    "${}$",
    "{{term}}`{}`",
    "{{term}}`{} <another one>`",
    "**{{term}}`{}`**",
    "[{}](a/page.md)",
    "[{}](https://example.org/a_(b))",
    "[{}]{{.takes}}",
    "<b>{}</b>",
    "{} <!-- a *remark* -->",
    "{} {{cite:p}}`smith1990,jones2000`",
    "{}[^note]",
)
#: What no reader can be told aloud.
UNSAID = (
    "`a_b = 3`",
    "``a ` b``",
    "{math}`h_{t-1}`",
    "$x^2$",
    "{glue:text}`score:.0f`",
    "{cite:t}`smith1990`",
    "[](a/page.md)",
    "![A picture](a.png)",
    "<https://example.org>",
)
HIDDEN = "This is hidden."
#: Blocks of which nothing is read.
LEFT_OUT = (
    "```python\nThis is hidden.\n:::\n~~~\n```",
    "````\n```\nThis is hidden.\n```\nAnd this.\n````",
    "~~~~{code-cell} ipython3\n:tags: [remove-cell]\n~~~\nHidden = 1\n~~~~",
    "```{code-cell} ipython3\n# This is hidden.\n<!--\n$$\n```",
    ":::{figure} a.png\n:alt: Hidden\n\nThis is hidden.\n:::",
    "::::{unknown} This is hidden.\n:::{hook}\nThis is hidden.\n:::\n::::",
    "$$\n\\text{This is hidden.} \\\\\n\n$$ (eq-1)",
    "$$ \\text{This is hidden.} $$",
    "| This | is |\n|---|:-:|\n| hidden | `a` |",
    "This | is\n--- | ---\nhidden | too",
    "<!-- This is hidden.\n\nAnd this. -->",
    "<div class='a'>\nThis is hidden.\n</div>",
    "<script>\nThis is hidden.\n\nAnd this.\n</script>",
    "% This is hidden.",
    "(a-target)=",
    "+++",
    "---",
    "* * *",
    "{.lead}",
    "[^note]: This is hidden.\n    And this.",
    "[label]: https://example.org",
    "    This is hidden.\n\n    And this.",
)
#: Directives whose text is read; some have a title that is read, too.
BLOCKS = ("hook", "sidenote", "why", "remember", "pitfall", "predict")


def sentence(rng, dressed=True):
    """Give a sentence in MyST, and as it is read: None if it is not."""
    words = [rng.choice(WORDS) for _ in range(rng.randint(2, 9))]
    shown = [*words]
    said = True
    if dressed:
        at = rng.randrange(len(words))
        if rng.random() < 0.25:
            shown[at], said = rng.choice(UNSAID), False
        elif rng.random() < 0.7 and words[at].isascii():
            shown[at] = rng.choice(DRESSED).format(words[at])
    end = rng.choice(".?!…")
    shown, words = [["It", *each] for each in (shown, words)]
    return (
        " ".join(shown) + end,
        " ".join(words) + end if said else None,
    )


def paragraph(rng):
    """Give a paragraph in lines, and as it is read."""
    pairs = [sentence(rng) for _ in range(rng.randint(1, 5))]
    source = " ".join(shown for shown, _ in pairs)
    # Broken before "It", so that no line begins like a block.
    if rng.random() < 0.5:
        source = source.replace(" It ", "\nIt ")
    said = " ".join(said for _, said in pairs if said is not None)
    return source, [said] if said else []


def indented(source, first, rest):
    """Put a prefix before the first line, another before the others."""
    lines = source.split("\n")
    later = [
        rest + line if line or rest.strip() else "" for line in lines[1:]
    ]
    return "\n".join([first + lines[0], *later])


def blocks(rng, depth=0):
    """Give some blocks, each with what is read of it."""
    sources, said = [], []
    for _ in range(rng.randint(1, 5)):
        kind = rng.random()
        if kind < 0.4 or (depth > 2 and kind > 0.55):
            source, read = paragraph(rng)
        elif kind < 0.55:
            source, read = rng.choice(LEFT_OUT), []
            if source.startswith("    ") and depth:
                continue  # in a list it may be a paragraph
        elif kind < 0.7:
            source, read = blocks(rng, depth + 1)
            fence = ":" * (9 - depth)
            title, titled = sentence(rng, dressed=False)
            options = rng.choice(
                ["\n", ":kind: percent\n:max: 3\n\n", "---\nkind: a\n---\n"]
            )
            name = rng.choice(BLOCKS)
            source = f"{fence}{{{name}}} {title}\n{options}{source}\n{fence}"
            read = [titled, *read]
        elif kind < 0.8:
            source, read = blocks(rng, depth + 1)
            source = indented(source, "> ", "> ")
        else:
            mark = rng.choice(["- ", "* ", "1. "])
            sources_and_read = [paragraph(rng) for _ in range(2)]
            if rng.random() < 0.5:
                sources_and_read.append(blocks(rng, depth + 1))
            box = "[x] " if mark == "- " and rng.random() < 0.5 else ""
            first, *more = [part for part, _ in sources_and_read]
            whole = "\n\n".join([box + first, *more])
            source = indented(whole, mark, " " * len(mark))
            read = [line for _, lines in sources_and_read for line in lines]
            # Two lists would be one without something between them.
            sources.append(source)
            source = "<!-- -->"
            said += read
            read = []
        sources.append(source)
        said += read
    return "\n\n".join(sources), said


def page(seed):
    """Give a page and the lines that are read of it."""
    rng = random.Random(seed)
    title, titled = sentence(rng, dressed=False)
    body, said = blocks(rng)
    last, spoken = sentence(rng, dressed=False)
    source = (
        f"---\nfile_format: mystnb\n---\n\n# {title}\n\n{body}\n\n{last}\n"
    )
    return source, [titled, *said, spoken]
