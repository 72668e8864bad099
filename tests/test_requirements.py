"""What the project is installed from: names and versions, no addresses."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PINS = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def asked_for():
    """Give all that pyproject.toml asks for by name."""
    project = PROJECT["project"]
    lists = [
        PROJECT["build-system"]["requires"],
        project["dependencies"],
        *project["optional-dependencies"].values(),
        *PROJECT["dependency-groups"].values(),
    ]
    return [text for each in lists for text in each if isinstance(text, str)]


def test_a_pin_is_one_version_that_everybody_can_have():
    for line in PINS:
        # No "+cpu" or the like: the public index has no such builds.
        assert re.fullmatch(r"[a-z0-9-]+==[\w.]+( ; .+)?", line), line


def test_the_pins_are_in_order_and_one_of_each_holds():
    pins = [Requirement(line) for line in PINS]
    assert [pin.name for pin in pins] == sorted(pin.name for pin in pins)
    here = [p.name for p in pins if p.marker is None or p.marker.evaluate()]
    assert sorted(set(here)) == here


@pytest.mark.parametrize("text", asked_for())
def test_what_is_asked_for_is_pinned_and_comes_from_no_address(text):
    asked = Requirement(text)
    assert asked.url is None
    pins = [
        found
        for found in map(Requirement, PINS)
        if canonicalize_name(found.name) == canonicalize_name(asked.name)
    ]
    assert pins
    for pin in pins:
        (version,) = pin.specifier
        assert version.version in asked.specifier
