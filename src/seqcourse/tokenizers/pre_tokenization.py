"""Where a text is cut before tokens are made: no token crosses a cut."""

from __future__ import annotations

import re
from collections.abc import Iterator

from seqcourse.numpy.contract.annotations import checked

# Python's and Oniguruma's classes differ, and change with Unicode's version.
# Written out, they mean the same in every engine and stay as they are.
_SPACE = (
    "\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
)
_LETTER = (
    "A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u167f"
    "\u1681-\u1fff\u200c\u200d\u2070-\u209f\u2c00-\u2dff\u3005-\u3007"
    "\u3021-\u3029\u3031-\u3035\u3038-\u303c\u3040-\ufdff\ufe00-\ufeff"
    "\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff66-\ufffe"
    "\U00010000-\U0010ffff"
)

#: The cuts of OpenAI's ``cl100k_base``: a word takes the space, or the mark,
#: before it along; numbers are cut after three digits; marks stand together,
#: and so do spaces, except for the last one before a word. A letter is one of
#: A to Z or almost any character outside ASCII: other scripts are not cut at
#: their vowel signs, and emojis count as letters.
PATTERN = (
    f"[^\r\n{_LETTER}0-9]?[{_LETTER}]+"
    "|[0-9]{1,3}"
    f"| ?[^{_SPACE}{_LETTER}0-9]+[\r\n]*"
    f"|[{_SPACE}]*[\r\n]+"
    f"|[{_SPACE}]+(?![^{_SPACE}])"
    f"|[{_SPACE}]+"
)
_CUT = re.compile(PATTERN)
# Where a pre-token ends and the next begins, whatever else the text has.
_SEAM = re.compile(f"(?<=\n)(?=[^{_SPACE}])|(?<=[{_LETTER}])(?= [{_LETTER}])")
# How Python stands for bytes that are not UTF-8.
_NO_TEXT = re.compile("([\udc80-\udcff]+)")


@checked
def pre_tokens(text: str) -> Iterator[str]:
    """Cut a text into words, numbers, marks and spaces (`PATTERN`).

    Parameters
    ----------
    text
        Any.

    Yields
    ------
    pre_token
        Together they are the text.

    Examples
    --------
    >>> list(pre_tokens("It's 1895,  he said."))
    ['It', "'s", ' ', '189', '5', ',', ' ', ' he', ' said', '.']
    """
    for found in _CUT.finditer(text):
        yield found[0]


def parts(
    text: str, low: int, high: int, size: int = 1 << 18
) -> Iterator[str]:
    """Cut a long text so that each part has the tokens that it has there.

    Parameters
    ----------
    text
        Any.
    low, high
        Where the first part begins and the last one ends.
    size
        Characters after which a part ends as soon as it can: before a word
        with a space before it, or a line that does not begin with a space.

    Yields
    ------
    part
        Together they are ``text[low:high]``.

    Examples
    --------
    >>> list(parts("the sky is blue and the sea is, too", 0, 27, size=6))
    ['the sky', ' is blue', ' and the', ' sea']
    """
    while low < high:
        seam = _SEAM.search(text, low + size, high)
        end = seam.start() if seam else high
        yield text[low:end]
        low = end


def text_and_bytes(data: str | bytes) -> Iterator[tuple[str, bytes]]:
    r"""Part what is UTF-8 from what is not.

    Parameters
    ----------
    data
        A text, or any bytes.

    Yields
    ------
    text
        The longest piece that is text.
    rest
        The bytes after it that are not UTF-8. One of the two may be empty.

    Raises
    ------
    ValueError
        If a string has half of a surrogate pair, which no byte can stand for.

    Examples
    --------
    >>> list(text_and_bytes(b"caf\xc3\xa9 \xff\xfe!"))
    [('café ', b'\xff\xfe'), ('!', b'')]
    """
    if isinstance(data, str):
        half = re.search("[\ud800-\udfff]", data)
        if half:
            raise ValueError(
                f"text: expected Unicode, got {half[0]!r}, half of a "
                f"surrogate pair, at character {half.start()}"
            )
        if data:
            yield data, b""
        return
    parts = _NO_TEXT.split(data.decode("utf-8", "surrogateescape"))
    for text, rest in zip(parts[::2], [*parts[1::2], ""], strict=True):
        if text or rest:
            yield text, rest.encode("utf-8", "surrogateescape")
