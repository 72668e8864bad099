"""Calls of tokenizers, and of models that read and write text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import numpy as np

from tests.hostile.base_calls import Call, calls_of
from tests.hostile.folder import FOLDER, keep
from tests.hostile.table_calls import twin

TEXT = "the sky is blue, and so is the sea. "


def calls() -> Iterator[Call]:
    """Give the calls of every tokenizer, and of a model in both backends."""
    from seqcourse import tokenizers

    pairs = tokenizers.BytePairTokenizer.train(TEXT, 261, ("<|end|>",))
    file = FOLDER / "tokenizer.json"
    pairs.to_file(file)
    keep()
    same = tokenizers.HuggingFaceTokenizer.from_file(file)
    characters = tokenizers.CharacterTokenizer.train(TEXT)
    words = tokenizers.WordTokenizer.train(TEXT, 6)
    for tokenizer in pairs, same, characters, words:
        yield from _of_a_tokenizer(tokenizer, vars(tokenizer))
    yield from _of_a_tokenizer(tokenizers.ByteTokenizer(), {})
    new = FOLDER / "new"
    for tokenizer in pairs, same:
        name = f"tokenizers.{type(tokenizer).__name__}"
        yield from calls_of(f"{name}.from_file", tokenizer, file)
        yield from calls_of(f"{name}.to_file", tokenizer, new)
        for special in False, True:
            yield from calls_of(f"{name}.encode", tokenizer, TEXT, special)
    yield from _of_tasks(pairs)
    yield from _of_sampling()
    yield from _of_text_models(characters)
    yield from _of_counts()
    yield from _of_text_scores()


def _of_a_tokenizer(tokenizer: Any, held: dict[str, Any]) -> Iterator[Call]:
    kind = type(tokenizer).__name__
    made = {field.name: held[field.name] for field in fields(tokenizer)}
    yield from calls_of(f"tokenizers.{kind}", None, **made)
    tokens = tokenizer.encode("the sea")
    for method, argument in (
        ("encode", "the sea"),
        ("encode", b"the sea"),
        ("decode", tokens),
        ("decode", tokens.tolist()),
        ("decode_bytes", tokens),
        ("from_config", tokenizer.to_config()),
    ):
        name = f"tokenizers.{kind}.{method}"
        yield from calls_of(name, tokenizer, argument)


def _of_tasks(tokenizer: Any) -> Iterator[Call]:
    from seqcourse.tasks import TokenizedText

    task = TokenizedText(TEXT * 5, tokenizer, 3, "validation")
    batch = task.batch(np.random.default_rng(0), 2)
    name = "tasks.TokenizedText"
    yield from calls_of(name, None, TEXT * 5, tokenizer, 3, "validation")
    yield from calls_of(f"{name}.in_order", task, 2)
    scores = np.zeros((2, 3, tokenizer.vocab_size))
    yield from calls_of(f"{name}.metric", task, scores, batch)


def _of_sampling() -> Iterator[Call]:
    scores = np.random.default_rng(0).standard_normal((2, 5))
    yield from calls_of(
        "numpy.next_token_distribution",
        None,
        scores,
        temperature=0.5,
        top_k=4,
        top_p=0.9,
        min_p=0.1,
        repetition_penalty=1.2,
        seen=scores > 0,
    )


def _of_text_models(tokenizer: Any) -> Iterator[Call]:
    from seqcourse.numpy import RNN, Embedding, LanguageModel
    from seqcourse.text_models import TextModel

    layer = LanguageModel(Embedding(tokenizer.vocab_size, 4), RNN(4, 5))
    params = layer.init(np.random.default_rng(0))
    told: dict[str, Any] = {
        "tokenizer": tokenizer,
        "recipe": {"window": 8, "tokenizer": {"kind": "character"}},
        "scores": {"nats": 2.5},
    }
    new = FOLDER / "new"
    yield from calls_of("store.save", None, new, params, layer, **told)
    name, file = "text_models.TextModel", FOLDER / "text-model"
    for backend in "numpy", "torch":
        yield from calls_of(f"{name}.load", None, file, backend)
    settings: dict[str, Any] = {
        "max_tokens": 3,
        "top_k": 3,
        "top_p": 0.9,
        "min_p": 0.1,
        "repetition_penalty": 1.5,
        "stop": ["sea", "."],
    }
    for seed, either in enumerate((layer, twin(layer).load_params(params))):
        model = TextModel(either, params, **told)
        yield from calls_of(name, None, either, params, **told)
        yield from calls_of(f"{name}.score", model, TEXT)
        yield from calls_of(f"{name}.score", model, TEXT.encode())
        yield from calls_of(f"{name}.save", model, new)
        for method, prompt in (
            ("generate", "the"),
            ("generate", ["the", "a"]),
            ("stream", "the"),
        ):
            yield from calls_of(
                f"{name}.{method}", model, prompt, **settings, seed=seed
            )


def _of_counts() -> Iterator[Call]:
    from seqcourse.text_models import KneserNey

    name = "text_models.KneserNey"
    seen = np.frombuffer(TEXT.encode() * 2, np.uint8)
    for order, continuation in ((1, True), (8, False)):
        yield from calls_of(
            f"{name}.count", None, seen, order, continuation=continuation
        )
        model = KneserNey.count(seen, order, continuation=continuation)
        yield from calls_of(name, None, model.levels)
        yield from calls_of(f"{name}.probabilities", model, seen[:9])


def _of_text_scores() -> Iterator[Call]:
    from seqcourse import recipes

    scores = recipes.load_text_scores("book")
    name = "recipes.TextScores"
    yield from calls_of(name, None, **vars(scores))
    yield from calls_of(f"{name}.best", scores, "LSTM", scores.every)
    for way in scores.counted:
        yield from calls_of(f"{name}.best_count", scores, way)
    for method in ("at_best_rate", "best_rate", "seconds_per_step"):
        yield from calls_of(f"{name}.{method}", scores, "RNN")
