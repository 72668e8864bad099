"""The book's own prose: from the pages, or the package's file."""

from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

from seqcourse.tasks import TokenizedText, book_text
from seqcourse.tasks.language.book_prose import collect
from seqcourse.tasks.language.book_text import FILE, read
from seqcourse.tasks.language.tokenized_text import SPLITS
from seqcourse.tokenizers import BytePairTokenizer, CharacterTokenizer

BOOK = Path(__file__).parents[3] / "book"


@pytest.fixture
def package(tmp_path):
    """Give a folder with the file and its hash."""
    content = "It ends, as a größe does.\n".encode()
    (tmp_path / FILE).write_bytes(content)
    digest = sha256(content).hexdigest()
    (tmp_path / f"{FILE}.sha256").write_text(f"{digest}\n", "ascii")
    return tmp_path


def test_here_it_is_the_prose_of_the_pages():
    text = book_text()
    assert text == collect(BOOK)
    assert text.endswith(".\n")
    assert len(text) > 100_000
    assert "\n\nWhat you should remember\n" in text


def test_the_packages_file_counts_before_the_pages(package):
    assert read(package, BOOK) == "It ends, as a größe does.\n"


@pytest.mark.parametrize("change", [b"more", b"\r\n"])
def test_a_damaged_file_is_refused(package, change):
    path = package / FILE
    path.write_bytes(path.read_bytes() + change)
    with pytest.raises(
        ValueError, match=rf"{FILE}: expected SHA-256 .*, got"
    ):
        read(package, BOOK)


def test_without_file_and_book_it_says_so(tmp_path):
    with pytest.raises(FileNotFoundError, match=f"^{FILE}: not in this inst"):
        read(tmp_path, tmp_path)


@pytest.mark.parametrize(
    "train",
    [
        CharacterTokenizer.train,
        lambda text: BytePairTokenizer.train(text, 300),
    ],
    ids=["characters", "byte pairs"],
)
def test_the_splits_are_the_text_in_order(train):
    text = book_text()
    tokenizer = train(text)
    tasks = [TokenizedText(text, tokenizer, split=split) for split in SPLITS]
    parts = [task.decode(task.tokens) for task in tasks]
    assert "".join(parts) == text  # in order, and nothing twice
    assert all(len(part) > len(text) // 20 for part in parts)
    for task in tasks:
        windows = sliding_window_view(task.tokens, task.window).tolist()
        batch = task.batch(np.random.default_rng(0), 20)
        assert all(row in windows for row in batch.inputs.tolist())
