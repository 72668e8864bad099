"""Bugs of the command."""

from seqcourse.tokenizers import ByteTokenizer
from tests.mutants.mutant import Mutant

MUTANTS = [
    Mutant(
        "a log that keeps the lines of steps that are made again",
        "cli.run_log",
        "if line[0] <= step]",
        "if line[0]]",
        "cli/run_log: steps_that_are_made_again_are_told_again",
        {"tmp_path": None},
    ),
    Mutant(
        "a log that goes on after half a line",
        "cli.run_log",
        "end = min(end, os.fstat(file).st_size)",
        "end = os.fstat(file).st_size",
        "cli/run_log: half_a_line_goes",
        {"tmp_path": None},
        ValueError,
    ),
    Mutant(
        "a speed that counts the steps of another process",
        "cli.report",
        "self._last = steps_done(ready.options.checkpoint)",
        "self._last = 0",
        "cli/report: a_run_that_goes_on_counts_from_where_it_stopped",
        {"tmp_path": None},
    ),
    Mutant(
        "a prompt that ends within a character",
        "cli.report",
        "not in text or count == 4",
        "not in text or count == 1",
        "cli/report: a_prompt_is_whole_characters",
        {"tokenizer": ByteTokenizer(), "expected": "犬"},
    ),
    Mutant(
        "a tokenizer that is trained on the validation split, too",
        "cli.text_task",
        'split = part_of(text, "train")',
        "split = text",
        "cli/text_task: the_tokenizer_sees_the_training_split_alone",
        {"kind": "bpe"},
    ),
]
