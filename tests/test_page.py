"""What a cell has of the page around it, and what it has without one."""

import pytest

from seqcourse import page


def around(fields, files=None):
    return page.within(
        fields,
        lambda *_: None,
        lambda name, data: files.append((name, data)),
    )


def test_a_field_is_read_and_another_is_as_it_was():
    with around({"your text": "sea"}):
        assert page.written("your text", "land") == "sea"
        assert page.written("another", "land") == "land"
    assert page.written("your text", "land") == "land"


@pytest.mark.parametrize(
    ("text", "count"), [("", 0), ("ab", 2), (" \n\t ", 0), ("  ab  ", 2)]
)
def test_too_little_is_one_sentence(text, count):
    said = f"^your text: expected at least 3 characters, got {count}$"
    with (
        around({"your text": text}),
        pytest.raises(page.InputError, match=said),
    ):
        page.written("your text", "land", at_least=3)


def test_too_much_is_one_sentence():
    said = "^your text: expected at most 5 characters, got 3,000$"
    with (
        around({"your text": "sea" * 1000}),
        pytest.raises(page.InputError, match=said),
    ):
        page.written("your text", "", at_most=5)


@pytest.mark.parametrize("run", ["x" * 301, " " * 301, "🌊" * 301])
def test_a_text_without_breaks_is_one_sentence(run):
    said = "of at most 300 characters, got 30[12] without a break$"
    with (
        around({"your text": f"so {run}; so"}),
        pytest.raises(page.InputError, match=said),
    ):
        page.written("your text", "", longest_word=300)
    with around({"your text": f"so {run[1:-1]}; so"}):
        page.written("your text", "", longest_word=300)


def test_half_a_pair_becomes_a_question_mark():
    with around({"your text": "a\ud83d🌊"}):
        assert page.written("your text", "") == "a?🌊"


def test_files_arrive_with_their_bytes(tmp_path):
    files = []
    path = tmp_path / "model.bin"
    path.write_bytes(b"\0\xff")
    page.offer(path)  # nobody is there
    with around({}, files):
        page.offer(path)
        with pytest.raises(OSError, match="nothing"):
            page.offer(tmp_path / "nothing")
    assert files == [("model.bin", b"\0\xff")]
