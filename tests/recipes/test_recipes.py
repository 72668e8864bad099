"""Shipped weights are what their recipes say, and nothing else loads."""

import dataclasses
import importlib.util
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from seqcourse import recipes
from seqcourse.numpy import RNN, Embedding, SequenceClassifier
from seqcourse.numpy.storage import safetensors
from seqcourse.tasks import DelayedRecall

SHIPPED = Path(__file__).parents[2] / "book" / "weights"


def written_down():
    """Import the book's list of recipes, which is in no package."""
    spec = importlib.util.spec_from_file_location(
        "recipes_of_the_book", SHIPPED / "recipes.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.RECIPES


RECIPES = written_down()
each_recipe = pytest.mark.parametrize("name", RECIPES)


def small():
    task = DelayedRecall(delay=3, symbols=4)
    model = SequenceClassifier(
        Embedding(task.vocab_size, 5), RNN(5, 7), task.num_classes
    )
    return recipes.Recipe(
        model, task, steps=20, seeds=(3, 5), learning_rate=1e-2
    )


@pytest.fixture(scope="module")
def trained():
    return small().follow()


@each_recipe
def test_shipped_weights_are_those_of_the_recipe(name):
    found = recipes.load(name)
    assert found.recipe == RECIPES[name]
    assert (SHIPPED / f"{name}.safetensors").stat().st_size < 1_000_000


@each_recipe
def test_shipped_weights_score_what_their_header_says(name):
    found = recipes.load(name)
    assert found.measure(256) == pytest.approx(found.scores, abs=0.08)


def test_every_shipped_file_has_its_recipe():
    assert {path.stem for path in SHIPPED.glob("*.safetensors")} == {*RECIPES}


def test_what_is_saved_is_what_is_loaded(trained, tmp_path):
    path = tmp_path / "some.safetensors"
    recipes.save(path, trained)
    found = recipes.load(path)
    assert found.recipe == trained.recipe
    assert found.scores == trained.measure()
    for mine, its in zip(trained.params, found.params, strict=True):
        assert mine.keys() == its.keys()
        for name in mine:
            np.testing.assert_array_equal(mine[name], its[name])
            assert its[name].dtype == np.float32
    np.testing.assert_array_equal(trained.loss, found.loss)


def test_the_runs_are_those_of_the_seeds(trained):
    recipe = dataclasses.replace(trained.recipe, seeds=(5,))
    (alone,) = recipe.follow().params
    for name, weight in alone.items():
        np.testing.assert_array_equal(weight, trained.params[1][name])
        assert not np.array_equal(weight, trained.params[0][name])


@pytest.mark.parametrize(
    "change",
    [
        {"steps": 21},
        {"seeds": (3,)},
        {"learning_rate": 2e-2},
        {"batch_size": 33},
        {"max_grad_norm": 2.0},
        {"task": DelayedRecall(delay=4, symbols=4)},
        {"model": SequenceClassifier(Embedding(5, 5), RNN(5, 8), 4)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_changes_the_recipe_changes_the_hash(change):
    assert dataclasses.replace(small(), **change).hash != small().hash


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda header: header.pop("hash"), "holds no recipe"),
        (lambda header: header.update(hash="0" * 64), "its hash is not"),
        (
            lambda header: header.update(
                recipe=header["recipe"].replace('"steps": 20', '"steps": 2')
            ),
            "its hash is not",
        ),
    ],
    ids=["no hash", "another hash", "another recipe"],
)
def test_a_file_that_is_not_its_recipes_is_refused(
    trained, tmp_path, damage, sentence
):
    path = tmp_path / "some.safetensors"
    recipes.save(path, trained)
    arrays, header = safetensors.read(path)
    damage(header)
    safetensors.write(path, arrays, header)
    with pytest.raises(ValueError, match=sentence):
        recipes.load(path)


@pytest.mark.parametrize(
    ("now", "before", "sentence"),
    [
        ("learning_rate", "rate", "expected 'learning_rate', got .*'rate'"),
        ("delay", "lag", "expected arguments of DelayedRecall, got 'lag'"),
        ("RNN", "Elman", "got 'Elman'"),
        ("hidden_size", "width", "expected arguments of RNN, got 'width'"),
    ],
)
def test_a_file_written_under_old_names_is_refused(
    trained, tmp_path, now, before, sentence
):
    path = tmp_path / "some.safetensors"
    recipes.save(path, trained)
    arrays, header = safetensors.read(path)
    header["recipe"] = header["recipe"].replace(f'"{now}"', f'"{before}"')
    header["hash"] = sha256(header["recipe"].encode()).hexdigest()
    safetensors.write(path, arrays, header)
    with pytest.raises(
        ValueError, match=f"^{path}: .*{sentence}, .*from another version"
    ):
        recipes.load(path)


def test_a_recipe_for_no_task_of_ours_is_refused():
    config = small().to_config()
    config["task"]["type"] = "os"
    with pytest.raises(ValueError, match="expected one of the tasks"):
        recipes.Recipe.from_config(config)


def test_a_name_that_is_not_shipped_hears_which_are():
    with pytest.raises(FileNotFoundError, match=r"nothing: .*recall-20-rnn"):
        recipes.load("nothing")
