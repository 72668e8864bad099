"""The command line as an entry like any other, whose argument is ``argv``."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

from hypothesis import strategies as st

from seqcourse.cli.main import main
from seqcourse.cli.options import parser
from seqcourse.cli.output import escaped

#: What makes a command short.
QUICK = {
    "--data": "text",
    "--steps": "1",
    "--hidden": "4",
    "--embedding": "4",
    "--batch": "2",
    "--window": "4",
    "--report": "1",
}
#: Options whose number is how long it takes, and it takes so long.
LONG = ("--steps", "--tokens")
#: What a shell may hand on where a value belongs.
WORDS = (
    *("", " ", "0", "-1", "1.5", "1e3", "nan", "inf", "-inf", "1e-400"),
    *("nonsense", "None", "١", "0x10", "1_000", "--", "-", "é", "\ufeff"),
    *("999999999999999", "1" * 400, "a" * 300, "a\0b", "\udce9", "."),
    *("/", "/no/such", "/dev/null", "text", "weights", "[1]", "True"),
    *("text-model", "recipe", "run"),
)
#: Values of options that take one of a few words, and of others a number.
NUMBERS = ("1", "2", "3", "0.5", "0.001")


def command(argv: list[str]) -> str:
    """Run the command ``seqcourse`` with a command line.

    Parameters
    ----------
    argv
        What is typed after its name.

    Returns
    -------
    printed
        What it prints.

    Raises
    ------
    ValueError
        If the command ends with 2 after one line; that line.
    RuntimeError
        If it ends in another way.
    """
    said, errors = io.StringIO(), io.StringIO()
    with (
        mock.patch.object(sys, "argv", ["seqcourse", *argv]),
        contextlib.redirect_stdout(said),
        contextlib.redirect_stderr(errors),
    ):
        try:
            status = main()
        except SystemExit as stop:
            status = stop.code
    lines = errors.getvalue().strip().split("\n")
    if status == 0:
        return said.getvalue()
    if status == 2 and lines:
        typed = [escaped(str(Path(word))) for word in argv]
        names = ["--", "COMMAND", "MODEL", "FILE", "argument", *typed]
        names.append("unrecognized")
        if any(name and name in lines[-1] for name in names):
            raise ValueError(f"argv: {lines[-1]}")
    raise RuntimeError(f"ended with {status}: {errors.getvalue()!r}")


def lines() -> Iterator[list[str]]:
    """Give command lines that succeed."""
    quick = [word for pair in QUICK.items() for word in pair]
    for model in ("rnn", "lstm", "gru", "transformer"):
        yield ["train", "--model", model, *quick]
    yield ["train", *quick, "--backend", "torch", "--save", "saved"]
    yield ["train", *quick, "--checkpoint", "kept", "--log", "log"]
    pairs = ["--tokenizer", "bpe", "--vocab-size", "260"]
    yield ["train", *quick, *pairs, "--save", "saved"]
    yield ["generate", "text-model", "--prompt", "the", "--tokens", "3"]
    yield ["score", "text-model", "text", "--table"]
    yield ["tokenize", "--tokenizer", "text-model", "--text", "the sky"]
    yield ["tokenize", "--data", "text", "--save", "saved"]
    yield ["inspect", "text-model"]


def options(name: str) -> list[str]:
    """Give the names of all options of a command."""
    (commands,) = parser()._subparsers._group_actions
    actions = commands.choices[name]._actions
    found = [action.option_strings for action in actions]
    return [strings[-1] for strings in found if strings]


def hostile_lines(line: list[str]) -> dict[str, st.SearchStrategy[list[str]]]:
    """Give strategies for command lines that nobody should type."""
    known = [o for o in options(line[0]) if o != "--help"]
    words = st.sampled_from(WORDS) | st.text(max_size=4)
    found = {
        "any words": st.lists(words, max_size=4),
        "an unknown option": st.builds(
            lambda word: [*line, f"--{word}"], st.text(max_size=5)
        ),
        "a word too many": words.map(lambda word: [*line, word]),
        "a word fewer": st.integers(0, len(line) - 1).map(
            lambda i: line[:i] + line[i + 1 :]
        ),
    }
    for i, word in enumerate(line):
        if word in ("text-model", "text"):
            found[f"another word than the {i}th"] = words.map(
                lambda other, i=i: [*line[:i], other, *line[i + 1 :]]
            )
    short = st.sampled_from([word for word in WORDS if len(word) < 9])
    for option in known:
        begun = [*_without(line, option), option]
        # Many steps take as long as they take.
        for kind, texts in (
            ("a word", short if option in LONG else words),
            ("a number", st.sampled_from(NUMBERS)),
        ):
            found[f"{option} with {kind}"] = texts.map(
                lambda text, begun=begun: [*begun, text]
            )
    return found


def _without(line: list[str], option: str) -> list[str]:
    if option not in line:
        return line
    i = line.index(option)
    return line[:i] + line[i + 2 :]
