"""The command's files: none of the reader's is lost."""

import os
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from seqcourse import store
from seqcourse.cli.files import check_places, read_text
from seqcourse.cli.options import parser
from seqcourse.cli.prepare import prepare

PROSE = "the clouds are in the sky, and it is raining in the garden. " * 20
SMALL = ["--hidden", "6", "--batch", "3", "--window", "9", "--steps", "3"]


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "prose.txt"
    path.write_text(PROSE, encoding="utf-8")
    return path


@pytest.fixture
def train(text, load):
    run = load("cli/test_command.py").run

    def trained(*options, data=text):
        return run("train", "--data", data, *SMALL, *options)

    return trained


def assert_refused(done, *parts):
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("seqcourse: error: ")
    assert done.stderr.count("\n") == 1, done.stderr
    for part in parts:
        assert part in done.stderr


def test_a_model_is_replaced_only_when_asked(train, tmp_path):
    path = tmp_path / "model"
    assert train("--save", path).returncode == 0
    before = path.read_bytes()
    done = train("--save", path, "--seed", 1)
    assert_refused(done, "--save: expected a new file, or --force")
    assert path.read_bytes() == before
    assert train("--save", path, "--seed", 1, "--force").returncode == 0
    assert path.read_bytes() != before


def spellings(path):
    """Give other names of a file: a link, a hard link, a longer path."""
    link, hard = path.with_name("link"), path.with_name("hard")
    link.symlink_to(path)
    if path.exists():
        os.link(path, hard)
    folder = path.parent.with_name(path.parent.name)
    return [path, link, *[hard] * hard.exists(), folder / "." / path.name]


@pytest.mark.parametrize("option", ["--save", "--checkpoint", "--log"])
def test_the_text_is_never_written_to(train, text, option):
    for path in spellings(text):
        done = train(option, path, "--force")
        assert_refused(done, f"{option}: expected another file than --data")
    assert text.read_text() == PROSE


@pytest.mark.parametrize("exists", [True, False])
def test_the_checkpoint_is_never_saved_over(train, tmp_path, exists):
    kept = tmp_path / "run"
    if exists:
        assert train("--checkpoint", kept).returncode == 0
    before = kept.read_bytes() if exists else None
    for path in spellings(kept):
        done = train("--checkpoint", kept, "--save", path, "--force")
        assert_refused(done, "--save: expected another file than --chec")
    assert (kept.read_bytes() if kept.exists() else None) == before


def test_tiny_shakespeare_is_a_text_as_others(load, tmp_path, monkeypatch):
    from seqcourse.cli import files

    path = tmp_path / "shakespeare.txt"
    path.write_text(PROSE)
    monkeypatch.setattr(files, "fetch", lambda _: path)
    run = load("cli/test_command.py").run
    assert_refused(
        run("train", *SMALL, "--save", path, "--force"),
        "--save: expected another file than --data",
    )
    assert run("train", *SMALL).returncode == 0


def test_a_name_with_a_null_character_has_its_sentence():
    options = parser().parse_args(["train", "--save", "a\0b"])
    with pytest.raises(ValueError, match=r"^--save: expected a path, got"):
        check_places(options, {"--data": Path("prose.txt")})


def test_the_place_is_tried_before_the_first_step(train, tmp_path):
    for option in ("--save", "--checkpoint", "--log"):
        done = train(option, tmp_path / "no" / "folder", "--steps", 10**9)
        assert_refused(done, f"{option}: expected a file in a folder that ex")
        assert_refused(train(option, tmp_path), "got", ", a folder")
        done = train(option, "/dev/null", "--force")
        assert_refused(done, ", a device")
    assert [path.name for path in tmp_path.iterdir()] == ["prose.txt"]


def test_a_link_is_followed_and_permissions_are_kept(train, tmp_path):
    target, link = tmp_path / "target", tmp_path / "link"
    target.touch()
    target.chmod(0o600)
    link.symlink_to(target)
    assert train("--save", link, "--force").returncode == 0
    assert link.is_symlink()
    assert target.stat().st_mode & 0o777 == 0o600
    assert store.load(target)[1].core.hidden_size == 6


# --- the text -------------------------------------------------------------


def test_a_byte_order_mark_is_no_character(train, tmp_path):
    (tmp_path / "marked").write_text(PROSE, encoding="utf-8-sig")
    marked = train(data=tmp_path / "marked").stdout.split("\n")
    plain = train().stdout.split("\n")
    assert marked[:2] == plain[:2]


@pytest.mark.parametrize("size", [0, 1, 1 << 20, (1 << 20) + 1])
def test_a_text_is_read_in_parts_as_at_once(tmp_path, size):
    path = tmp_path / "text"
    content = ("aé字😀\r\n" * (size // 6 + 1))[:size]
    path.write_bytes(content.encode())
    assert read_text(path) == path.read_text("utf-8")


@pytest.mark.parametrize(
    ("make", "part"),
    [
        (lambda path: path.mkdir(), "expected a regular file, got a folder"),
        (os.mkfifo, "expected a regular file, got a pipe"),
        (lambda path: path.write_bytes(b"\xff\xfea\0"), "a text in UTF-8, g"),
        (lambda path: path.write_text("aaaa" * 99), "two different charact"),
        (
            lambda path: path.write_text("abab"),
            "--data: expected more than 9",
        ),
        (lambda path: path.symlink_to(path), "symbolic links"),
    ],
    ids=["folder", "pipe", "UTF-16", "one character", "short", "loop"],
)
def test_what_is_no_text_is_refused(train, tmp_path, make, part):
    path = tmp_path / "data"
    make(path)
    assert_refused(train(data=path), "--data: ", part)


def test_a_text_beyond_memory_is_refused(train, tmp_path):
    path = tmp_path / "data"
    with path.open("wb") as file:
        file.truncate(1 << 43)  # of which the disk has nothing
    assert_refused(train(data=path), "--data: expected a text that fits into")


def test_a_file_that_may_not_be_read_says_so(train, text, monkeypatch):
    def closed(*_):
        raise PermissionError(13, "Permission denied", str(text))

    monkeypatch.setattr(type(text), "open", closed)
    assert_refused(train(), f"--data: {text}: permission denied")


def test_a_text_is_not_held_many_times(tmp_path):
    path, size = tmp_path / "data", 2_000_000
    letters = np.random.default_rng(0).integers(97, 123, size, np.uint8)
    letters[::6] = ord(" ")
    path.write_bytes(letters.tobytes())
    asked = parser().parse_args(["train", "--data", str(path)])
    tracemalloc.start()
    try:
        ready = prepare(asked)
        ready.task.batch(np.random.default_rng(0), 2)
        next(ready.held_back.in_order(1))
        held, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # The text and its tokens, a byte each, and one part of them in int64.
    assert 2 * size <= held < most < 3 * size
