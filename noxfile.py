"""What a contributor runs: `nox -l` lists it, `nox` does what a change needs."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import nox

nox.needs_version = ">=2025.5.1"
nox.options.sessions = ["tests", "lint", "types", "book", "book_tests"]
nox.options.default_venv_backend = "virtualenv"
nox.options.reuse_venv = "yes"
nox.options.error_on_external_run = True
# Packages are installed without compiled files; so let Python keep what it compiles.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

ROOT = Path(__file__).parent
HTML = ROOT / "_build" / "html"
PROJECT = nox.project.load_toml(ROOT / "pyproject.toml")
#: What the book is made of.
BOOK = [
    ROOT / name
    for name in (
        "book",
        "src",
        "conf.py",
        "constraints.txt",
        "hatch_build.py",
        "pyproject.toml",
    )
]
SCRIPTS = "Scripts" if os.name == "nt" else "bin"
PYTHONS = [f"3.{minor}" for minor in range(11, 15)]
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
WITHOUT_TORCH = "not torch and not gpu and not book and not browser"
#: What these do not collect: what imports PyTorch, and a session of its own.
LEFT_OUT = ["--ignore=src/seqcourse/torch", "--ignore=tests/mistakes"]
#: The tests that could tell whether PyTorch is installed: those of what imports it when it is used,
#: and every example in a docstring.
NOTICES_TORCH = [
    "tests/cli",
    "tests/test_imports.py",
    "tests/test_store.py",
    "tests/test_testing.py",
    "src/seqcourse",
    "--ignore=src/seqcourse/torch",
]


# --- what a change needs


@nox.session(venv_backend="none")
def tests(session: nox.Session) -> None:
    """Run the tests of the package, PyTorch among them."""
    here = WithTorch(session, "tests")
    elsewhere = [
        f"--ignore=tests/{room}"
        for room in ("book", "browser", "bench", "hostile", "mistakes")
    ]
    here.pytest("-m", "not gpu", *elsewhere)


@nox.session
def tests_no_torch(session: nox.Session) -> None:
    """Where PyTorch is not installed, run the tests that could notice."""
    install(session, "tests")
    pytest(session, "-m", WITHOUT_TORCH, *NOTICES_TORCH)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and formatting."""
    install(session, "lint", project=False)
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")


@nox.session(venv_backend="none")
def types(session: nox.Session) -> None:
    """Check the types, strictly."""
    WithTorch(session, "types").run("mypy")


@nox.session(venv_backend="none")
def book(session: nox.Session) -> None:
    """Build the book and run every page."""
    here = WithTorch(session, "book")
    stamp = ROOT / "_build" / "built"
    if not stamp.is_file() or stamp.read_text() != digest(*BOOK, HTML):
        here.sphinx("html", HTML)
        stamp.write_text(digest(*BOOK, HTML))
    session.log(f"The book is ready. Open {HTML / 'index.html'}")


@nox.session(venv_backend="none", requires=["book"])
def book_tests(session: nox.Session) -> None:
    """Read the built book, page by page."""
    WithTorch(session, "book", "tests_book").pytest(
        "-m", "book", "tests/book"
    )


@nox.session(requires=["book"])
def browser(session: nox.Session) -> None:
    """Drive the built book in a real browser."""
    install(session, "browser", project=False)
    session.env["CHROMIUM"] = chromium(session)
    pytest(session, "-m", "browser", "tests/browser", "-s")


@nox.session(venv_backend="none", default=False)
def serve(session: nox.Session) -> None:
    """Build the book, open it, and build it again at every save."""
    here = WithTorch(session, "book", "serve")
    options = ["--open-browser", "--watch=src"]
    here.sphinx("html", HTML, *options, program="sphinx-autobuild")


# --- other machines


@nox.session(default=False)
def fresh(session: nox.Session) -> None:
    """Resolve all that any session installs as a new machine would; `-- install` runs README's commands."""
    place = Path(session.create_tmp()).resolve()
    shutil.rmtree(place, ignore_errors=True)
    (place / "home").mkdir(parents=True)
    bare = network()
    bare |= {"HOME": str(place / "home"), "PIP_CONFIG_FILE": os.devnull}
    bare |= {"PATH": session.bin}
    report = place / "resolved.json"
    resolve = ["--dry-run", "--ignore-installed", "--no-cache-dir", "--quiet"]
    session.run(
        *(
            "python",
            "-I",
            "-m",
            "pip",
            "install",
            *resolve,
            f"--report={report}",
        ),
        *("nox", *needs(*PROJECT["dependency-groups"], project=".[torch]")),
        env=bare,
        include_outer_env=False,
    )
    found = {
        canonical(each["metadata"]["name"])
        for each in json.loads(report.read_text())["install"]
    }
    pins = (ROOT / "constraints.txt").read_text().splitlines()
    pinned = {canonical(pin.partition("==")[0]) for pin in pins}
    if loose := found - pinned - {PROJECT["project"]["name"]}:
        session.error(f"not in constraints.txt: {', '.join(sorted(loose))}")
    session.log(f"{len(found)} packages resolve from the public index alone")
    if "install" in session.posargs:
        follow_readme(session, place, bare)


def follow_readme(
    session: nox.Session, place: Path, bare: dict[str, str]
) -> None:
    """Run the two commands of README in a clone, and say what they took."""
    clone = place / "clone"
    session.run(
        "git", "clone", "--quiet", str(ROOT), str(clone), external=True
    )
    session.chdir(clone)
    session.run(
        "python",
        "-I",
        "-m",
        "venv",
        "python",
        env=bare,
        include_outer_env=False,
    )
    python = str(clone / "python" / SCRIPTS / "python")
    bare["PATH"] = str(Path(python).parent)
    commands = re.search(
        r"```console\n(.*?)```", Path("README.md").read_text("utf-8"), re.S
    )
    table = []
    for command in re.split(r"\n|&&", commands[1].strip()):
        program, *arguments = shlex.split(command)
        assert program == "python3", command
        start, before = time.monotonic(), cpu_seconds()
        session.run(
            *(python, "-I", *arguments),
            env=bare,
            include_outer_env=False,
            external=True,
        )
        table.append(
            (
                shlex.join(arguments),
                time.monotonic() - start,
                cpu_seconds() - before,
            )
        )
    for what, seconds, cpu in table:
        session.log(
            f"{seconds / 60:6.1f} min {cpu / 60:6.1f} CPU min  {what}"
        )
    for what in ("clone", "home"):
        session.log(f"{megabytes(place / what):8,.0f} MB in {what}")


@nox.session(default=False, python=PYTHONS[0])
def oldest(session: nox.Session) -> None:
    """Run the tests without PyTorch on the oldest releases that pyproject.toml admits."""
    bounds = [
        need.replace(">=", "==")
        for need in PROJECT["project"]["dependencies"]
    ]
    session.install("--no-compile", *bounds, "--group=tests", "-e", ".")
    pytest(session, "-m", WITHOUT_TORCH, *LEFT_OUT)


@nox.session(default=False, venv_backend="none")
def newest(session: nox.Session) -> None:
    """Run the tests without PyTorch on the newest of everything, on every Python to be found."""
    found = {version: pythons(version) for version in PYTHONS}
    for version, path in found.items():
        session.log(f"Python {version}: {path or 'not found'}")
    for version, path in found.items():
        if path is None:
            continue
        folder = ROOT / ".nox" / f"newest-{version}"
        session.run(
            sys.executable,
            "-m",
            "virtualenv",
            "--quiet",
            "-p",
            path,
            str(folder),
            external=True,
        )
        python = str(folder / SCRIPTS / "python")
        latest = [
            "-m",
            "pip",
            "install",
            "--quiet",
            "--upgrade",
            "--upgrade-strategy=eager",
        ]
        session.run(
            python, *latest, "--group=tests", "-e", ".", external=True
        )
        session.run(
            *(python, "-m", "pytest", "-n", "auto", "-m", WITHOUT_TORCH),
            *(*LEFT_OUT, *session.posargs),
            env=ONE_THREAD,
            external=True,
        )


@nox.session(default=False)
def constraints(session: nox.Session) -> None:
    """Write constraints.txt for what pyproject.toml needs now; `-- --upgrade` moves every pin."""
    session.install("uv")
    tools = Path(session.create_tmp()) / "tools.in"
    tools.write_text("nox\n")
    groups = [f"--group={group}" for group in PROJECT["dependency-groups"]]
    # For every system and Python at once, from the public index alone.
    session.run(
        *("uv", "pip", "compile", "--no-config", "--universal", "--quiet"),
        *(f"--python-version={PYTHONS[0]}", "--all-extras", *groups),
        *("--no-header", "--no-annotate", "--output-file=constraints.txt"),
        *("pyproject.toml", str(tools), *session.posargs),
        env=network(),
        include_outer_env=False,
    )


# --- measurements


@nox.session(venv_backend="none", default=False)
def bench(session: nox.Session) -> None:
    """Measure time and memory, and hold them to their budgets."""
    files = ["-o", "python_files=bench_*.py", "tests/bench"]
    WithTorch(session, "bench").run("pytest", *files, "-s", *session.posargs)


@nox.session(venv_backend="none", default=False)
def hostile(session: nox.Session) -> None:
    """Hand every public entry what it cannot take, $HOSTILE_CASES times."""
    cases = os.environ.get("HOSTILE_CASES", "20000")
    WithTorch(session, "tests").run(
        *("pytest", "-n", "auto", "tests/hostile", *session.posargs),
        env=ONE_THREAD | {"HOSTILE_CASES": cases},
    )


@nox.session(venv_backend="none", default=False)
def mistakes(session: nox.Session) -> None:
    """Hand each exercise's check every mutant of its solution, or $MISTAKES_CASES of them."""
    cases = os.environ.get("MISTAKES_CASES", "0")
    WithTorch(session, "tests").run(
        *("pytest", "-n", "auto", "tests/mistakes", *session.posargs),
        env=ONE_THREAD | {"MISTAKES_CASES": cases},
    )


@nox.session(venv_backend="none", default=False)
def gpu(session: nox.Session) -> None:
    """Run what needs a CUDA device."""
    here = WithTorch(session, "tests")
    here.run("pytest", "-m", "gpu", "tests", *session.posargs)


@nox.session(venv_backend="none", default=False)
def claims(session: nox.Session) -> None:
    """Run every page's claims with 20 other seeds; `-- --recipes` with other recorded runs."""
    here = WithTorch(session, "book", "tests_book")
    command = ["-m", "tests.book.claims", *session.posargs]
    here.run("python", *command, env=ONE_THREAD)


# --- what is made once and kept


@nox.session(default=False)
def weights(session: nox.Session) -> None:
    """Train again what the book ships trained, recipes and sweeps; names choose, none means all."""
    install(session, "tests")
    session.run(
        "python", "book/weights/recipes.py", *session.posargs, env=ONE_THREAD
    )


@nox.session(default=False)
def inventories(session: nox.Session) -> None:
    """Refresh the names and addresses that other projects' pages have."""
    install(session, "book", project=False)
    session.run("python", "book/_inventories/refresh.py", *session.posargs)


@nox.session(venv_backend="none", default=False)
def links(session: nox.Session) -> None:
    """Follow every link, inside the book and out of it."""
    here = WithTorch(session, "book")
    here.sphinx("linkcheck", ROOT / "_build" / "linkcheck")


@nox.session(default=False)
def package(session: nox.Session) -> None:
    """Build wheel and sdist, check them, and use the wheel in an empty place and from a zip."""
    install(session, "package", project=False)
    dist = ROOT / "_build" / "dist"
    shutil.rmtree(dist, ignore_errors=True)
    session.run("python", "-m", "build", "--outdir", str(dist))
    session.run("twine", "check", "--strict", *map(str, dist.iterdir()))
    (wheel,) = dist.glob("*.whl")
    empty = Path(session.create_tmp()).resolve() / "empty"
    session.run("python", "-m", "venv", "--clear", str(empty))
    scripts = empty / SCRIPTS
    python = str(scripts / "python")

    def check(code: str, *arguments: str) -> None:
        session.run(python, "-I", "-c", code, *arguments, external=True)

    quiet = ["-I", "-m", "pip", "install", "--quiet", "-c", "constraints.txt"]
    session.run(python, *quiet, str(wheel), external=True)
    session.run(str(scripts / "seqcourse"), "--help", external=True)
    for module in [
        "numpy",
        "tokenizers",
        "tasks",
        "probes",
        "figures",
        "exercises",
        "store",
        "text_models",
        "testing",
    ]:
        check(f"import seqcourse.{module}")
    use = "from seqcourse import recipes, tasks; tasks.digits(); tasks.book_text(); recipes.load('recall-20-lstm')"
    check(use)
    check(f"import sys; sys.path.insert(0, sys.argv[1]); {use}", str(wheel))


# --- how it is done


class WithTorch:
    """The environment that every session with PyTorch shares: it is unpacked once."""

    def __init__(self, session: nox.Session, *groups: str) -> None:
        self.session = session
        folder = ROOT / ".nox" / "with-torch"
        self.scripts = folder / SCRIPTS
        if not (self.scripts / "activate").is_file():
            make = ["-m", "virtualenv", "--quiet", str(folder)]
            session.run(sys.executable, *make, external=True)
        stamp = folder / "installed.json"
        known = json.loads(stamp.read_text()) if stamp.is_file() else {}
        wanted = {
            "for": digest(ROOT / "pyproject.toml", ROOT / "constraints.txt"),
            "groups": sorted({*groups, *known.get("groups", ())}),
        }
        if known != wanted:
            arguments = needs(*wanted["groups"], project=".[torch]")
            self.run("python", "-m", "pip", "install", *arguments)
            stamp.write_text(json.dumps(wanted))

    def run(self, program: str, *arguments: str, **options: Any) -> None:
        """Run a program of this environment."""
        path = str(self.scripts / program)
        self.session.run(path, *arguments, external=True, **options)

    def pytest(self, *arguments: str) -> None:
        """Run pytest on every core, one BLAS thread each."""
        more = [*arguments, *self.session.posargs]
        self.run("pytest", "-n", "auto", *more, env=ONE_THREAD)

    def sphinx(
        self,
        builder: str,
        to: Path,
        *arguments: str,
        program: str = "sphinx-build",
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
        self.run(program, *always, *arguments, "-b", builder, "book", str(to))


def install(session: nox.Session, *groups: str, project: bool = True) -> None:
    """Install a session's needs, once: pip alone would take seconds to find nothing to do."""
    arguments = needs(*groups, project="." if project else "")
    made_of = digest(ROOT / "pyproject.toml", ROOT / "constraints.txt")
    wanted = " ".join([made_of, *arguments])
    stamp = Path(session.virtualenv.location) / "installed"
    if not stamp.is_file() or stamp.read_text() != wanted:
        session.install(*arguments, silent=False)
        stamp.write_text(wanted)


def needs(*groups: str, project: str) -> list[str]:
    """Give what pip is asked for: groups of pyproject.toml and, where named, the project."""
    # Python compiles what it imports; compiling all of PyTorch takes minutes.
    asked = ["--no-compile", "-c", "constraints.txt"]
    if os.environ.get("CI"):
        asked.append("--quiet")
    asked += [f"--group={group}" for group in groups]
    return [*asked, "-e", project] if project else asked


def digest(*places: Path) -> str:
    """Sum up files and folders, to see whether one byte has changed."""
    total = hashlib.sha256()
    for place in places:
        for path in [place, *sorted(place.rglob("*"))]:
            if path.is_file() and "__pycache__" not in path.parts:
                total.update(f"{path.relative_to(ROOT)}\0".encode())
                total.update(path.read_bytes())
    return total.hexdigest()


def pytest(session: nox.Session, *arguments: str) -> None:
    """Run pytest on every core, one BLAS thread each."""
    session.run(
        "pytest", "-n", "auto", *arguments, *session.posargs, env=ONE_THREAD
    )


def pythons(version: str) -> str | None:
    """Find a Python: on PATH, or where pyenv and uv keep theirs."""
    home = Path.home()
    pyenv = Path(os.environ.get("PYENV_ROOT", home / ".pyenv"))
    data = Path(os.environ.get("XDG_DATA_HOME", home / ".local" / "share"))
    uv = Path(os.environ.get("UV_PYTHON_INSTALL_DIR", data / "uv" / "python"))
    candidates = [
        shutil.which(f"python{version}"),
        *pyenv.glob(f"versions/{version}.*/bin/python"),
        *uv.glob(f"cpython-{version}.*/bin/python3"),
    ]
    ask = "import sys; print('{}.{}'.format(*sys.version_info))"
    for path in filter(None, candidates):
        # What is on PATH may be a stand-in that only says what is missing.
        answer = subprocess.run(
            [path, "-c", ask], capture_output=True, text=True, check=False
        )
        if answer.stdout.strip() == version:
            return str(path)
    return None


def network() -> dict[str, str]:
    """Give what this machine needs to reach the network, and no setting of pip's but that."""
    needed = re.compile(
        r"(HTTPS?|NO)_PROXY|SSL_CERT_(FILE|DIR)|PIP_CERT"
        r"|REQUESTS_CA_BUNDLE|NODE_EXTRA_CA_CERTS|SYSTEMROOT"
    )
    variables = os.environ.items()
    return {
        name: value for name, value in variables if needed.fullmatch(name)
    }


def canonical(name: str) -> str:
    """Write a package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def cpu_seconds() -> float:
    """Give what all finished children have used."""
    import resource  # Windows has none, and only `fresh` asks

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def megabytes(folder: Path) -> float:
    """Add up the files in a folder."""
    files = (path for path in folder.rglob("*") if not path.is_symlink())
    return sum(path.stat().st_size for path in files if path.is_file()) / 1e6


def chromium(session: nox.Session) -> str:
    """Find the browser: $CHROMIUM, else the one on PATH."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not found:
        session.error(
            "no browser: install Chromium, or name it in the variable CHROMIUM"
        )
    return found
