"""A text as it is written: characters made whole, stop strings held back."""

from __future__ import annotations

import codecs
from collections.abc import Sequence


class TextStream:
    """Turns the bytes of tokens into text, piece by piece.

    A token may end within a character, and a stop string may span several
    tokens: what may still become either is held back.

    Parameters
    ----------
    stop
        Texts before which the text ends.

    Examples
    --------
    >>> stream = TextStream(["THE END"])
    >>> stream.feed(b"Then caf" + bytes([195]))
    'Then caf'
    >>> stream.feed(bytes([169]) + b" TH")
    'é '
    >>> stream.feed(b"E ENDS"), stream.ended
    ('', True)
    """

    def __init__(self, stop: Sequence[str] = ()) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._stop = tuple(stop)
        self._held = ""
        self.ended = False

    def feed(self, data: bytes, final: bool = False) -> str:
        """Take a token's bytes.

        Parameters
        ----------
        data
            Bytes that were written next.
        final
            Whether nothing follows.

        Returns
        -------
        text
            What is sure to be part of the text, after what was given before;
            nothing once it has ended.
        """
        if self.ended:
            return ""
        self._held += self._decoder.decode(data, final)
        places = [self._held.find(text) for text in self._stop]
        found = [place for place in places if place >= 0]
        if found:
            self.ended = True
            return self._give(min(found))
        if final:
            self.ended = True
            return self._give(len(self._held))
        return self._give(len(self._held) - self._begun())

    def _give(self, count: int) -> str:
        text, self._held = self._held[:count], self._held[count:]
        return text

    def _begun(self) -> int:
        """Count the last characters that may begin a stop string."""
        most = max(map(len, self._stop), default=1) - 1
        for count in range(min(most, len(self._held)), 0, -1):
            ending = self._held[-count:]
            if any(text.startswith(ending) for text in self._stop):
                return count
        return 0
