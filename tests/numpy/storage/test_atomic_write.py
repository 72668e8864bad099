"""A file is replaced as a whole or not at all, and only a file."""

import errno
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from seqcourse.numpy.storage import atomic_write
from seqcourse.numpy.storage.atomic_write import check_writable, write_bytes


@pytest.fixture
def path(tmp_path):
    return tmp_path / "some"


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def unfinished(path, token="0" * 16):
    return path.with_name(f".{path.name}.seqcourse-{token}")


both = pytest.mark.parametrize(
    "save",
    [check_writable, lambda name, path: write_bytes(name, path, b"new")],
    ids=["check_writable", "write_bytes"],
)


def refused(save, path, error, part):
    with pytest.raises(error) as problem:
        save("checkpoint", path)
    sentence = str(problem.value)
    assert sentence.startswith("checkpoint: expected ")
    assert f"got {str(path)!r}" in sentence
    assert part in sentence
    assert "seqcourse-" not in sentence


# --- what may be replaced -------------------------------------------------


def test_a_file_is_made_and_replaced(path):
    for data in (b"one", b"", b"another"):
        write_bytes("path", path, data)
        assert path.read_bytes() == data
        assert names(path.parent) == ["some"]


def test_a_check_leaves_nothing_and_changes_nothing(path):
    check_writable("path", str(path))
    assert names(path.parent) == []
    path.write_bytes(b"old")
    before = path.stat()
    check_writable("path", path)
    assert names(path.parent) == ["some"]
    assert path.stat().st_mtime_ns == before.st_mtime_ns


@both
def test_a_folder_is_refused(save, tmp_path):
    refused(save, tmp_path, IsADirectoryError, ", a folder")


@both
@pytest.mark.parametrize("place", ["no/such/run", "file/run"])
def test_a_folder_that_is_missing_is_refused(save, tmp_path, place):
    (tmp_path / "file").touch()
    part = {"n": "a folder that exists", "f": "not a directory"}[place[0]]
    refused(save, tmp_path / place, OSError, part)
    assert names(tmp_path) == ["file"]


@both
def test_devices_pipes_and_sockets_are_refused(save, path, monkeypatch):
    monkeypatch.chdir(path.parent)
    os.mkfifo("pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        for place, kind in [
            ("pipe", "a pipe"),
            ("socket", "a socket"),
            ("/dev/null", "a device"),
        ]:
            refused(save, place, OSError, f", {kind}")
    assert names(path.parent) == ["pipe", "socket"]


@both
def test_names_that_no_file_can_have_are_refused(save, path):
    refused(save, path.with_name("n" * 256), OSError, "name too long")
    refused(save, path.with_name("a\0b"), ValueError, "expected a path")
    refused(save, path.with_name("a\ud800b"), ValueError, "expected a path")


@both
def test_a_write_protected_file_is_refused(save, path, monkeypatch):
    path.write_bytes(b"old")
    path.chmod(0o444)
    monkeypatch.setattr(os, "access", lambda *_: False)  # as no root
    refused(save, path, PermissionError, "write-protected")
    assert path.read_bytes() == b"old"


@pytest.mark.parametrize("length", [200, 230, 255])
def test_a_name_may_be_as_long_as_a_file_s(path, length):
    path = path.with_name("é" * (length // 2))
    check_writable("path", path)
    write_bytes("path", path, b"new")
    assert path.read_bytes() == b"new"


@both
def test_a_folder_that_cannot_be_written_to_is_refused(
    save, path, monkeypatch
):
    def closed(*_):
        raise PermissionError(errno.EACCES, "Permission denied", "secret")

    monkeypatch.setattr(os, "open", closed)
    refused(save, path, PermissionError, "(permission denied)")


# --- what is kept ---------------------------------------------------------


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666, 0o755])
def test_permissions_are_kept(path, mode):
    path.touch()
    path.chmod(mode)
    write_bytes("path", path, b"new")
    assert path.stat().st_mode & 0o777 == mode


def test_a_private_file_is_private_before_it_is_complete(path, monkeypatch):
    path.touch()
    path.chmod(0o600)
    seen, fsync = [], os.fsync

    def watched(descriptor):
        (part,) = set(path.parent.iterdir()) - {path}
        seen.append(part.stat().st_mode & 0o777)
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    write_bytes("path", path, b"new")
    assert seen == [0o600]


@pytest.mark.parametrize("exists", [True, False])
def test_a_link_stays_and_its_target_is_replaced(tmp_path, exists):
    (tmp_path / "far").mkdir()
    target, link = tmp_path / "far" / "target", tmp_path / "link"
    if exists:
        target.write_bytes(b"old")
    link.symlink_to(target)
    check_writable("path", link)
    write_bytes("path", link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert names(tmp_path) == ["far", "link"]
    assert names(target.parent) == ["target"]


@both
def test_a_link_to_itself_is_refused(save, path):
    path.symlink_to(path)
    refused(save, path, OSError, "too many levels of symbolic links")


def test_a_full_disk_keeps_the_old_file(path, monkeypatch):
    path.write_bytes(b"old")

    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device", "hidden")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space left on device") as problem:
        write_bytes("path", path, b"new")
    assert str(problem.value) == (
        f"path: expected a file that can be written, got {str(path)!r} "
        "(no space left on device)"
    )
    assert problem.value.errno == errno.ENOSPC
    assert path.read_bytes() == b"old"
    assert names(path.parent) == ["some"]


# --- what a killed process leaves -----------------------------------------

CHILD = """
import os, signal, sys
from seqcourse.numpy.storage.atomic_write import write_bytes
os.fsync = lambda _: (print("there", flush=True), sys.stdin.read())
write_bytes("path", sys.argv[1], b"half")
"""


@pytest.fixture
def writer(path):
    """A process that has written all but not yet renamed."""
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout.readline() == "there\n"
        yield child
        child.kill()


def test_the_next_save_removes_what_a_killed_one_left(path, writer):
    (half,) = path.parent.iterdir()
    assert re.fullmatch(r"\.some\.seqcourse-[0-9a-f]{16}", half.name)
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    assert names(path.parent) == [half.name]
    write_bytes("path", path, b"whole")
    assert names(path.parent) == ["some"]


def test_it_leaves_alone_what_is_still_being_written(path, writer):
    write_bytes("path", path, b"whole")
    assert path.read_bytes() == b"whole"
    assert len(names(path.parent)) == 2
    writer.communicate("", timeout=60)
    assert writer.returncode == 0
    assert path.read_bytes() == b"half"
    assert names(path.parent) == ["some"]


def test_it_leaves_alone_what_is_not_its_own(path):
    others = [
        unfinished(path, "0" * 15),
        unfinished(path, "0" * 17),
        unfinished(path, "x" * 16),
        unfinished(path.with_name("other")),
        path.with_name("some.seqcourse-0000000000000000"),
    ]
    for other in others:
        other.touch()
    mine = unfinished(path)
    mine.touch()
    write_bytes("path", path, b"new")
    assert not mine.exists()
    assert all(other.exists() for other in others)


def test_without_locks_only_what_is_old_is_removed(path, monkeypatch):
    monkeypatch.setattr(atomic_write, "fcntl", None)
    old, new = (unfinished(path, digit * 16) for digit in "01")
    for part in (old, new):
        part.touch()
    os.utime(old, (0, 0))
    write_bytes("path", path, b"data")
    assert names(path.parent) == [new.name, "some"]
    assert path.read_bytes() == b"data"


def test_many_writers_at_once_leave_one_whole_file(path):
    program = (
        "import sys; from seqcourse.numpy.storage.atomic_write import "
        "write_bytes\n"
        "for n in range(60): write_bytes('path', sys.argv[1], "
        "sys.argv[2].encode() * 100_000)"
    )
    writers = [
        subprocess.Popen([sys.executable, "-c", program, path, letter])
        for letter in "abc"
    ]
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    assert path.read_bytes() in [x * 100_000 for x in (b"a", b"b", b"c")]
    assert names(path.parent) == [Path(path).name]
