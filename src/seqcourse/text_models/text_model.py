"""A language model that reads and writes text."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import DTypeLike

from seqcourse import store
from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import (
    CheckedArguments,
    checked,
    described,
)
from seqcourse.numpy.contract.layer import Array, Layer, Params
from seqcourse.numpy.decoding.next_token import as_next_token_model
from seqcourse.numpy.decoding.next_token_distribution import check_sampling
from seqcourse.text_models.context import context_length
from seqcourse.text_models.scoring import surprises
from seqcourse.text_models.text_generation import TextStream
from seqcourse.text_models.text_score import TextScore
from seqcourse.text_models.writing import written_tokens
from seqcourse.tokenizers import Tokenizer


@dataclass(frozen=True, eq=False)
class TextModel(metaclass=CheckedArguments):
    """A language model, its weights and its tokenizer: from text to text.

    Parameters
    ----------
    model
        A layer of `seqcourse.numpy` or a module of ``seqcourse.torch`` that
        scores the next token, such as a `LanguageModel`.
    params
        Its weights, as NumPy arrays.
    tokenizer
        What the model's tokens stand for.
    recipe
        How it was trained, in JSON's own types. Its ``"window"``, if it has
        one, is the most that a model with a growing memory reads at once.
    scores
        What it scored, by name.

    Raises
    ------
    ValueError
        If the model does not write tokens, the weights are not its own, the
        tokenizer has another number of tokens, the recipe is not of JSON's
        types, or a score is not finite.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Embedding, LanguageModel
    >>> from seqcourse.tokenizers import CharacterTokenizer
    >>> tokenizer = CharacterTokenizer("abc ")
    >>> layer = LanguageModel(Embedding(4, 3), RNN(3, 8))
    >>> params = layer.init(np.random.default_rng(0))
    >>> model = TextModel(layer, params, tokenizer)
    >>> len(model.generate("ab", max_tokens=5))
    5
    >>> f"{model.score('abc abc').perplexity:.0f} of 4 equally likely"
    '4 of 4 equally likely'
    """

    model: Any
    params: Params = field(repr=False)
    tokenizer: Tokenizer
    recipe: Mapping[str, Any] = field(default_factory=dict)
    scores: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        as_next_token_model(self.model, self.params)
        store.check_vocabulary(self.tokenizer, self.layer)
        store.as_json("recipe", self.recipe)
        store.as_json("scores", self.scores)

    @property
    def layer(self) -> Layer:
        """The model as a NumPy layer, of whichever backend it is."""
        layer: Layer = getattr(self.model, "config", self.model)
        return layer

    @property
    def context(self) -> int | None:
        """The most tokens read at once; None for any number."""
        return context_length(self.layer, self.recipe)

    @classmethod
    @checked
    def load(
        cls,
        path: str | Path,
        backend: str = "numpy",
        *,
        device: str = "cpu",
        dtype: DTypeLike = np.float32,
    ) -> Self:
        """Read a text model from its file.

        Parameters
        ----------
        path
            What `save`, `store.save` or ``seqcourse train`` wrote.
        backend
            ``"numpy"`` or ``"torch"``.
        device
            Where PyTorch computes.
        dtype
            What the weights are computed in.

        Returns
        -------
        model
            It can score and generate.

        Raises
        ------
        OSError
            If there is no such file, or it cannot be read.
        ValueError
            If it is damaged, or holds no text model; the message begins with
            the path.
        ImportError
            If the backend is not installed.
        """
        arguments.check_one_of(("numpy", "torch"), backend=backend)
        stored = store.read(path)
        if stored.tokenizer is None:
            raise ValueError(
                f"{path}: expected a text model, got a "
                f"{type(stored.layer).__name__} without a tokenizer"
            )
        params = {
            name: part.astype(dtype) for name, part in stored.params.items()
        }
        model: Any = stored.layer
        if backend == "torch":
            layers = importlib.import_module("seqcourse.torch")
            model = layers.from_config(stored.layer.to_config())
            model = model.load_params(params).to(device)
        try:
            return cls(
                model, params, stored.tokenizer, stored.recipe, stored.scores
            )
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from None

    @checked
    def save(self, path: str | Path) -> None:
        """Write all of it to one file: see `store.save`.

        Parameters
        ----------
        path
            Where; a file already there is replaced once the new one is
            complete.

        Raises
        ------
        OSError
            If no file can be written there.
        ValueError
            If a weight is not finite.
        """
        store.save(
            path,
            self.params,
            self.layer,
            tokenizer=self.tokenizer,
            recipe=self.recipe,
            scores=self.scores,
        )

    @checked
    def score(self, text: str | bytes) -> TextScore:
        """Measure how well the model predicts a text.

        A model that cannot read all of it at once reads it in windows of
        `context` tokens; each begins in the middle of the last one, so that
        every token but the first ones has at least half a window before it.

        Parameters
        ----------
        text
            At least one token long.

        Returns
        -------
        score
            The surprise at each token, and what follows from it.

        Raises
        ------
        ValueError
            If the text is empty, or has something that is no token.
        DivergenceError
            If the scores stop being finite.
        """
        tokens = self.tokenizer.encode(text)
        if not len(tokens):
            raise ValueError("text: expected at least one token, got none")
        data = text.encode("utf-8") if isinstance(text, str) else text
        nats = surprises(self.model, self.params, tokens, self.context)
        return TextScore(tokens, nats, len(data))

    @checked
    def generate(
        self,
        prompt: str | Sequence[str],
        *,
        max_tokens: int = 200,
        temperature: float = 1.0,
        top_k: int | None = None,
        top_p: float | None = None,
        min_p: float | None = None,
        repetition_penalty: float = 1.0,
        stop: str | Sequence[str] = (),
        seed: int = 0,
    ) -> Any:
        """Go on with a text, or with several at once.

        Parameters
        ----------
        prompt
            What to go on from, at least one token; or several prompts, which
            may differ in length.
        max_tokens
            The most tokens to write.
        temperature
            As in `next_token_distribution`; 0 takes the likeliest token at
            each step.
        top_k, top_p, min_p, repetition_penalty
            As in `next_token_distribution`.
        stop
            A text, or several, before which the text ends.
        seed
            Fixes what is drawn.

        Returns
        -------
        text
            What was written, without the prompt; a list of texts for several
            prompts.

        Raises
        ------
        ValueError
            If a prompt is empty or has something that is no token, or a
            setting is out of its range.
        DivergenceError
            If the scores stop being finite.
        """
        prompts = [prompt] if isinstance(prompt, str) else list(prompt)
        settings = temperature, top_k, top_p, min_p, repetition_penalty
        texts = [""] * len(prompts)
        for pieces in self._pieces(prompts, max_tokens, settings, stop, seed):
            texts = [a + b for a, b in zip(texts, pieces, strict=True)]
        return texts[0] if isinstance(prompt, str) else texts

    @checked
    def stream(
        self,
        prompt: str,
        *,
        max_tokens: int = 200,
        temperature: float = 1.0,
        top_k: int | None = None,
        top_p: float | None = None,
        min_p: float | None = None,
        repetition_penalty: float = 1.0,
        stop: str | Sequence[str] = (),
        seed: int = 0,
    ) -> Iterator[str]:
        """Go on with a text, and hand on each piece as it is written.

        Parameters
        ----------
        prompt, max_tokens, temperature, top_k, top_p, min_p
            As in `generate`.
        repetition_penalty, stop, seed
            As in `generate`.

        Returns
        -------
        pieces
            Together they are what `generate` returns.

        Raises
        ------
        ValueError
            As `generate`.
        DivergenceError
            As `generate`.
        """
        settings = temperature, top_k, top_p, min_p, repetition_penalty
        pieces = self._pieces([prompt], max_tokens, settings, stop, seed)
        return (piece for (piece,) in pieces if piece)

    def _pieces(
        self,
        prompts: list[str],
        max_tokens: int,
        settings: tuple[Any, ...],
        stop: str | Sequence[str],
        seed: int,
    ) -> Iterator[list[str]]:
        """Check at once, and write as pieces are asked for."""
        stops = [stop] if isinstance(stop, str) else list(stop)
        if "" in stops:
            raise ValueError(
                "stop: expected texts that are not empty, got ''"
            )
        arguments.check_positive(max_tokens=max_tokens)
        arguments.check_at_least(0, seed=seed)
        if settings[0] == 0:
            settings = (1.0, 1, *settings[2:])
        check_sampling(*settings)
        rows = [self._prompt(prompt) for prompt in prompts]
        if not rows:
            raise ValueError("prompt: expected at least one, got none")
        rng = np.random.default_rng(seed)
        steps = written_tokens(
            as_next_token_model(self.model, self.params),
            rows,
            max_tokens,
            self.context,
            rng,
            settings,
        )
        return self._decoded(steps, [TextStream(stops) for _ in rows])

    def _decoded(
        self, steps: Iterator[Array], streams: list[TextStream]
    ) -> Iterator[list[str]]:
        vocabulary = self.tokenizer.vocabulary
        for tokens in steps:
            yield [
                stream.feed(vocabulary[token])
                for stream, token in zip(streams, tokens, strict=True)
            ]
            if all(stream.ended for stream in streams):
                return
        yield [stream.feed(b"", final=True) for stream in streams]

    def _prompt(self, prompt: Any) -> Array:
        if not isinstance(prompt, str):
            raise ValueError(
                f"prompt: expected texts, got {described(prompt)}"
            )
        try:
            tokens = self.tokenizer.encode(prompt)
        except ValueError as error:
            said = str(error).removeprefix("text: ")
            raise ValueError(f"prompt: {said}") from None
        if not len(tokens):
            raise ValueError("prompt: expected at least one token, got none")
        return tokens
