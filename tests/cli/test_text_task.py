"""What is trained on never sees the text that validates."""

import pytest

from seqcourse.cli import text_task
from seqcourse.cli.options import parser

TEXT = "the sky is blue. " * 18 + "Übung macht den Meister! " * 2


def options(*given):
    return parser().parse_args(["train", "--window", "4", *given])


@pytest.mark.parametrize("kind", ["character", "bpe"])
def test_the_tokenizer_sees_the_training_split_alone(kind):
    asked = options("--tokenizer", kind)
    training = TEXT[: len(TEXT) * 9 // 10]
    found = text_task.trained_tokenizer(asked, TEXT)
    other = training + "?" * (len(TEXT) - len(training))
    same = text_task.trained_tokenizer(asked, other)
    assert found == same


def test_both_splits_have_the_tokenizer_and_the_window():
    asked = options("--tokenizer", "byte")
    tokenizer = text_task.trained_tokenizer(asked, TEXT)
    training, validation = text_task.text_tasks(asked, TEXT, tokenizer)
    assert (training.split, validation.split) == ("train", "validation")
    assert training.window == validation.window == 4
    assert training.tokenizer is validation.tokenizer is tokenizer
    whole = [*training.tokens, *validation.tokens]
    assert tokenizer.decode(whole) == TEXT
