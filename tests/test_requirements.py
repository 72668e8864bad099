"""What the project is installed from: names and versions, no addresses."""

import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

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


@pytest.mark.parametrize("line", PINS)
def test_a_pin_is_one_version_that_everybody_can_have(line):
    pin = Requirement(line)
    (version,) = pin.specifier
    assert version.operator == "=="
    assert Version(version.version).local is None
    marker = f" ; {pin.marker}" if pin.marker else ""
    assert line == f"{pin.name}=={version.version}{marker}"


def test_the_pins_are_in_order_and_each_is_there_once():
    assert sorted(PINS, key=str.lower) == PINS
    names = [canonicalize_name(Requirement(line).name) for line in PINS]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("text", asked_for())
def test_what_is_asked_for_is_pinned_and_comes_from_no_address(text):
    asked = Requirement(text)
    assert asked.url is None
    (pin,) = [
        found
        for found in map(Requirement, PINS)
        if canonicalize_name(found.name) == canonicalize_name(asked.name)
    ]
    (version,) = pin.specifier
    assert version.version in asked.specifier
