"""Each exercise lies where a person on its page looks for it."""

import re
from pathlib import Path

from seqcourse import exercises
from seqcourse.exercises import EXERCISES

SOURCE = Path(exercises.__file__).parent
BOOK = Path(__file__).parents[2] / "book"
#: The line that puts an exercise on a page.
BLOCK = re.compile(r"^:{3,}\{exercise\} (\S+)$", re.MULTILINE)
FILES = sorted(
    path.relative_to(SOURCE).with_suffix("").as_posix()
    for path in SOURCE.glob("*/*.py")
    if path.stem != "__init__"
)


def test_the_folder_of_an_exercise_is_the_lesson_whose_page_holds_it():
    on_pages = [
        f"{page.stem}/{name}".replace("-", "_")
        for page in BOOK.glob("*/*.md")
        for name in BLOCK.findall(page.read_text("utf-8"))
    ]
    assert sorted(on_pages) == FILES


def test_each_file_is_found_and_named_after_its_exercise():
    found = [
        f"{exercise.cases.__module__.split('.')[-2]}/{exercise.id}"
        for exercise in EXERCISES.values()
    ]
    assert sorted(name.replace("-", "_") for name in found) == FILES
