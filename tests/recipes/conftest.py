"""Shipped runs on an earlier text of the book are told, and none fails."""

from seqcourse import recipes


def pytest_terminal_summary(terminalreporter):
    from tests.recipes.of_the_book import listed, notices

    shipped = {name: recipes.load(name).recipe for name in recipes.shipped()}
    for name in recipes.shipped_sweeps():
        shipped[name] = recipes.load_sweep(name).sweep
    if found := [*notices(listed.RECIPES | listed.SWEEPS, shipped)]:
        terminalreporter.section("to train again: nox -s weights")
        for words in found:
            terminalreporter.line(words)
