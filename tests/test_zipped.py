"""The package in a zip: what it carries is found there, too."""

import json
import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

import seqcourse
from seqcourse import exercises, recipes, tasks

SOURCE = Path(seqcourse.__file__).parent
WEIGHTS = Path(__file__).parents[1] / "book" / "weights"
CODE = """
import json, sys
from hashlib import sha256
sys.path.insert(0, sys.argv[1])
import seqcourse
from seqcourse import recipes, tasks
images, labels = tasks.digits()
trained = recipes.load("recall-20-lstm")
arrays = [images, labels, trained.loss]
arrays += [run[name] for run in trained.params for name in sorted(run)]
hashes = [sha256(array.tobytes()).hexdigest() for array in arrays]
names = {name: file.name for name, file in recipes.shipped().items()}
scores = {
    name: str(recipes.load_sweep(name).scores)
    for name in recipes.shipped_sweeps()
}
print(json.dumps([seqcourse.__file__, hashes, names, scores]))
"""
EXERCISES = """
import sys
sys.path.insert(0, sys.argv[1])
from seqcourse import exercises
print(exercises.__file__, *exercises.EXERCISES)
"""


@pytest.fixture(scope="module")
def zipped(tmp_path_factory):
    """Pack the package as its wheel has it."""
    path = tmp_path_factory.mktemp("zipped") / "seqcourse.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(SOURCE.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                archive.write(file, "seqcourse" / file.relative_to(SOURCE))
        for file in sorted(WEIGHTS.iterdir()):
            if file.suffix in (".safetensors", ".json"):
                archive.write(file, f"seqcourse/weights/{file.name}")
    return path


def run(code, zipped):
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", "-c", code, str(zipped)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_digits_and_weights_are_read_from_the_zip(zipped):
    place, hashes, names, scores = json.loads(run(CODE, zipped))
    assert place.startswith(str(zipped))
    trained = recipes.load("recall-20-lstm")
    arrays = [*tasks.digits(), trained.loss]
    arrays += [run[name] for run in trained.params for name in sorted(run)]
    assert hashes == [sha256(array.tobytes()).hexdigest() for array in arrays]
    assert names == {
        path.stem: path.name for path in WEIGHTS.glob("*.safetensors")
    }
    assert scores == {
        path.stem: str(recipes.load_sweep(path.stem).scores)
        for path in WEIGHTS.glob("*.json")
    }


def test_the_exercises_of_all_lessons_are_found_in_the_zip(zipped):
    place, *found = run(EXERCISES, zipped).split()
    assert place.startswith(str(zipped))
    assert found == [*exercises.EXERCISES]
