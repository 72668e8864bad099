"""What a contributor runs: `nox -l` lists it, `nox` does what a change needs."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

import nox

nox.needs_version = ">=2025.5.1"
nox.options.sessions = ["tests", "lint", "types", "book"]
nox.options.default_venv_backend = "virtualenv"
nox.options.reuse_venv = "yes"
nox.options.error_on_external_run = True

ROOT = Path(__file__).parent
HTML = ROOT / "_build" / "html"
#: What the book and the tests that read it are made of.
BOOK = [
    ROOT / name
    for name in (
        "book", "src", "tests/book", "conf.py", "constraints.txt", "pyproject.toml"
    )
]  # fmt: skip
PYTHON = [f"3.{minor}" for minor in range(11, 15)]
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests of the package, PyTorch among them."""
    install(session, "tests", extra="[torch]")
    pytest(session, "-m", "not gpu and not book and not browser")


@nox.session
def tests_no_torch(session: nox.Session) -> None:
    """Run the tests where PyTorch is not installed."""
    install(session, "tests")
    pytest(
        session,
        "--ignore=src/seqcourse/torch",
        "-m",
        "not torch and not gpu and not book and not browser",
    )


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and formatting."""
    install(session, "lint", project=False)
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")


@nox.session
def types(session: nox.Session) -> None:
    """Check the types, strictly."""
    install(session, "types", extra="[torch]")
    session.run("mypy")


@nox.session
def book(session: nox.Session) -> None:
    """Build the book, run every page, and read what was built."""
    install(session, "book", "tests_book", extra="[torch]")
    done = Path(session.virtualenv.location) / "built"
    if not done.is_file() or done.read_text() != digest(*BOOK, HTML):
        sphinx(session, "html", HTML)
        read = ["-q", "-n", "auto", "-m", "book", "tests/book"]
        session.run("pytest", *read, env=ONE_THREAD)
        done.write_text(digest(*BOOK, HTML))
    session.log(f"The book is ready: {HTML / 'index.html'}")


@nox.session
def serve(session: nox.Session) -> None:
    """Build the book, open it, and build again at every save."""
    install(session, "book", "serve", extra="[torch]")
    sphinx(
        session,
        "html",
        HTML,
        "--open-browser",
        "--watch=src",
        command="sphinx-autobuild",
    )


@nox.session(requires=["book"])
def browser(session: nox.Session) -> None:
    """Drive the built book in a real browser."""
    install(session, "browser", project=False)
    session.env["CHROMIUM"] = chromium(session)
    pytest(session, "-m", "browser", "tests/browser", "-s")


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """Measure time and memory, and hold them to their budgets."""
    install(session, "bench", extra="[torch]")
    files = ["-o", "python_files=bench_*.py", "tests/bench"]
    session.run("pytest", *files, "-s", *session.posargs)


@nox.session(default=False)
def gpu(session: nox.Session) -> None:
    """Run what needs a CUDA device."""
    install(session, "tests", extra="[torch]")
    session.run("pytest", "-m", "gpu", "tests", *session.posargs)


@nox.session(default=False)
def claims(session: nox.Session) -> None:
    """Run every page's claims with 20 other seeds."""
    install(session, "book", "tests_book", extra="[torch]")
    session.run(
        "python", "tests/book/claims.py", *session.posargs, env=ONE_THREAD
    )


@nox.session(default=False)
def weights(session: nox.Session) -> None:
    """Train again what the book ships trained; names choose, none means all."""
    install(session, "tests")
    session.run(
        "python", "book/weights/recipes.py", *session.posargs, env=ONE_THREAD
    )


@nox.session(default=False)
def links(session: nox.Session) -> None:
    """Follow every link, inside the book and out of it."""
    install(session, "book", "tests_book", extra="[torch]")
    sphinx(session, "linkcheck", ROOT / "_build" / "linkcheck")


@nox.session(default=False)
def inventories(session: nox.Session) -> None:
    """Refresh the names and addresses that other projects' pages have."""
    install(session, "book", project=False)
    session.run("python", "book/_inventories/refresh.py", *session.posargs)


@nox.session(default=False)
def package(session: nox.Session) -> None:
    """Build wheel and sdist, check them, and import one in an empty place."""
    install(session, "package", project=False)
    dist = ROOT / "_build" / "dist"
    shutil.rmtree(dist, ignore_errors=True)
    session.run("python", "-m", "build", "--outdir", str(dist))
    session.run("twine", "check", "--strict", *map(str, dist.iterdir()))
    (wheel,) = dist.glob("*.whl")
    empty = Path(session.create_tmp()) / "empty"
    session.run("python", "-m", "venv", "--clear", str(empty))
    python = empty / (
        "Scripts/python.exe" if os.name == "nt" else "bin/python"
    )
    run = [str(python), "-I", "-m", "pip", "install", "--quiet"]
    session.run(*run, "-c", "constraints.txt", str(wheel), external=True)
    modules = "numpy tasks probes figures exercises store testing"
    for module in modules.split():
        session.run(
            str(python),
            "-I",
            "-c",
            f"import seqcourse.{module}",
            external=True,
        )


@nox.session(default=False, python=PYTHON)
def versions(session: nox.Session) -> None:
    """Run the tests without PyTorch on every Python that is supported."""
    install(session, "tests")
    pytest(
        session,
        "--ignore=src/seqcourse/torch",
        "-m",
        "not torch and not gpu and not book and not browser",
    )


def install(
    session: nox.Session, *groups: str, extra: str = "", project: bool = True
) -> None:
    """Install a session's needs, once: pip alone would take seconds to find nothing to do."""
    arguments = [
        "-c",
        "constraints.txt",
        *(f"--group={group}" for group in groups),
    ]
    if project:
        arguments += ["-e", f".{extra}"]
    needs = b"".join(
        (ROOT / name).read_bytes()
        for name in ("pyproject.toml", "constraints.txt")
    )
    wanted = hashlib.sha256(needs + " ".join(arguments).encode()).hexdigest()
    stamp = Path(session.virtualenv.location) / "installed"
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    # Python compiles what it imports; compiling all of PyTorch takes minutes.
    session.install("--no-compile", *arguments, silent=True)
    stamp.write_text(wanted)


def digest(*places: Path) -> str:
    """Sum up files and folders, to see whether one byte has changed."""
    total = hashlib.sha256()
    for place in places:
        for path in [place, *sorted(place.rglob("*"))]:
            if path.is_file() and "__pycache__" not in path.parts:
                total.update(f"{path.relative_to(ROOT)}\0".encode())
                total.update(path.read_bytes())
    return total.hexdigest()


def sphinx(
    session: nox.Session,
    builder: str,
    to: Path,
    *arguments: str,
    command: str = "sphinx-build",
) -> None:
    """Run Sphinx; -E because a build that failed on a warning would pass when repeated."""
    always = [
        "-c",
        ".",
        "-d",
        "_build/doctrees",
        "-E",
        "-W",
        "-n",
        "-j",
        "auto",
        "-q",
    ]
    session.run(command, *always, *arguments, "-b", builder, "book", str(to))


def pytest(session: nox.Session, *arguments: str) -> None:
    """Run pytest on every core, one BLAS thread each."""
    session.run(
        "pytest", "-n", "auto", *arguments, *session.posargs, env=ONE_THREAD
    )


def chromium(session: nox.Session) -> str:
    """Find the browser: $CHROMIUM, else the one on PATH."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not found:
        session.error(
            "no browser: install Chromium, or name it in the variable CHROMIUM"
        )
    return found
