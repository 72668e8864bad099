"""What the tests share; nothing is imported before a test asks for it."""

import importlib.util
import sys
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _known_layers(request):
    """Forget the layers that a test defined or planted."""
    if {"torch", "gpu"} & {mark.name for mark in request.node.iter_markers()}:
        importlib.import_module("seqcourse.torch")
    registries = [
        sys.modules[name].Layer._types
        for name in ("seqcourse.numpy", "seqcourse.torch")
        if name in sys.modules
    ]
    before = [dict(known) for known in registries]
    yield
    for known, kept in zip(registries, before, strict=True):
        imported = {name: k for name, k in known.items() if _is_imported(k)}
        known.clear()
        known.update(imported | kept)


def _is_imported(kind):
    """Tell whether the package itself has a class, under its name."""
    module = sys.modules.get(kind.__module__)
    ours = kind.__module__.startswith("seqcourse.")
    return ours and getattr(module, kind.__name__, None) is kind


@pytest.fixture(scope="session")
def load():
    """Give a fresh copy of a file beside this one, as a module."""

    def load(name):
        path = Path(__file__).parent / name
        spec = importlib.util.spec_from_file_location(path.stem, path)
        module = importlib.util.module_from_spec(spec)
        sys.modules[path.stem] = module  # dataclasses look there
        try:
            spec.loader.exec_module(module)
        finally:
            del sys.modules[path.stem]
        return module

    return load


@pytest.fixture(params=["classifier", "tagger", "series"])
def lesson(request, load):
    """Give, for a backend, each task with its model."""
    example = load("lessons.py").example
    return lambda layers: example(request.param, layers)


@pytest.fixture(params=[None, "additive", "dot"])
def attention(request):
    return request.param


@pytest.fixture
def backwards(load):
    """Give the task of writing backwards what was read, with its model."""
    return load("lessons.py").backwards


@pytest.fixture
def classifier(load):
    example = load("lessons.py").example
    return lambda layers: example("classifier", layers)


@pytest.fixture
def series(load):
    example = load("lessons.py").example
    return lambda layers: example("series", layers)
