"""Downloads, from a server on this machine that can misbehave."""

import hashlib
import subprocess
import sys
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest import mock

import pytest

from seqcourse.tasks.series import downloads
from seqcourse.tasks.series.downloads import RemoteFile, fetch

CONTENT = bytes(range(256)) * 300
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Home:
    """What the server has and how it behaves; what it was asked."""

    def __init__(self):
        self.content = CONTENT
        self.cut_after = None  # bytes, then the line goes dead
        self.knows_ranges = True
        self.status = None
        self.pause = 0.0  # seconds, ten times in a file
        self.asked = []


@pytest.fixture
def home():
    home = Home()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            wanted = self.headers.get("Range")
            home.asked.append(wanted)
            body, status = home.content, 200
            if wanted and home.knows_ranges:
                body = body[int(wanted.removeprefix("bytes=")[:-1]) :]
                status = 206 if body else 416
            self.send_response(home.status or status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            body = body[: home.cut_after]
            size = len(body) // 10 + 1
            with suppress(OSError):  # whoever asked was killed
                for at in range(0, len(body), size):
                    self.wfile.write(body[at : at + size])
                    time.sleep(home.pause)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        # Shutting down waits for the next poll, half a second by default.
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        home.url = f"http://127.0.0.1:{server.server_port}/data.bin"
        yield home
        server.shutdown()
        thread.join()


@pytest.fixture
def file(home):
    return RemoteFile("data.bin", home.url, SHA256)


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.delenv("SEQCOURSE_DATA", raising=False)
    return tmp_path / "cache"


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_download_is_kept(home, file, cache):
    path = fetch(file, cache)
    assert path.read_bytes() == CONTENT
    assert fetch(file, cache) == path
    assert home.asked == [None]
    assert names(cache) == ["data.bin"]


def test_an_interrupted_download_goes_on(home, file, cache):
    home.cut_after = 50_000
    with pytest.raises(ConnectionError, match="could not be downloaded"):
        fetch(file, cache)
    assert names(cache) == ["data.bin.part"]
    kept = (cache / "data.bin.part").stat().st_size
    assert 40_000 < kept <= 50_000
    home.cut_after = None
    assert fetch(file, cache).read_bytes() == CONTENT
    assert home.asked == [None, f"bytes={kept}-"]
    assert names(cache) == ["data.bin"]


def test_it_goes_on_as_often_as_need_be(home, file, cache):
    home.cut_after = 30_000
    for _ in range(2):
        with pytest.raises(ConnectionError):
            fetch(file, cache)
    assert fetch(file, cache).read_bytes() == CONTENT
    assert len(set(home.asked)) == 3


def test_a_home_without_ranges_is_asked_from_the_beginning(home, file, cache):
    home.cut_after = 50_000
    with pytest.raises(ConnectionError):
        fetch(file, cache)
    home.cut_after, home.knows_ranges = None, False
    assert fetch(file, cache).read_bytes() == CONTENT
    assert names(cache) == ["data.bin"]


def test_the_content_is_taken_out_of_what_was_sent(home, cache):
    home.content = b"before" + CONTENT + b"after"
    home.cut_after = 50_000
    file = RemoteFile("data.bin", home.url, SHA256, lambda sent: sent[6:-5])
    with pytest.raises(ConnectionError):
        fetch(file, cache)
    home.cut_after = None
    assert fetch(file, cache).read_bytes() == CONTENT
    assert home.asked[1].startswith("bytes=")
    assert fetch(file, cache).read_bytes() == CONTENT
    assert len(home.asked) == 2
    assert names(cache) == ["data.bin"]


def test_other_content_in_what_was_sent_is_refused(home, cache):
    file = RemoteFile("data.bin", home.url, SHA256, lambda sent: sent[:-1])
    with pytest.raises(ValueError, match="sent something else or damaged"):
        fetch(file, cache)
    assert names(cache) == []


@pytest.mark.parametrize("kept", [CONTENT, CONTENT + b"more", b"other" * 99])
def test_a_part_that_leads_nowhere_is_thrown_away(home, file, cache, kept):
    cache.mkdir()
    (cache / "data.bin.part").write_bytes(kept)
    assert fetch(file, cache).read_bytes() == CONTENT
    assert names(cache) == ["data.bin"]


def start(home, cache, content=CONTENT):
    """Download in a process of its own; it prints what it got."""
    program = (
        "import hashlib, pathlib, sys\n"
        "from seqcourse.tasks.series.downloads import RemoteFile, fetch\n"
        "url, cache, sha256 = sys.argv[1:]\n"
        "path = fetch(RemoteFile('data.bin', url, sha256), "
        "pathlib.Path(cache))\n"
        "print(hashlib.sha256(path.read_bytes()).hexdigest())"
    )
    sha256 = hashlib.sha256(content).hexdigest()
    return subprocess.Popen(
        [sys.executable, "-c", program, home.url, cache, sha256],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_until(condition):
    for _ in range(3000):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("waited in vain")


@pytest.mark.parametrize("left", [None, CONTENT[:999], b"other"])
def test_processes_that_download_at_once_all_get_it(home, cache, left):
    if left is not None:
        cache.mkdir()
        (cache / "data.bin.part").write_bytes(left)
    home.pause = 0.1
    processes = [start(home, cache) for _ in range(2)]
    for process in processes:
        out, err = process.communicate(timeout=60)
        assert out == f"{SHA256}\n", err
    assert len(home.asked) > 1
    assert names(cache) == ["data.bin"]


def test_who_is_cut_off_takes_what_another_brought(home, file, cache):
    home.cut_after = 50_000
    retrieve = downloads._download

    def other_first(*given):
        try:
            retrieve(*given)
        finally:
            (cache / "data.bin").write_bytes(CONTENT)

    with mock.patch.object(downloads, "_download", other_first):
        assert fetch(file, cache).read_bytes() == CONTENT


def test_what_a_killed_download_leaves_is_removed(home, file, cache):
    home.pause = 0.2
    process = start(home, cache)
    wait_until(lambda: cache.is_dir() and names(cache))
    process.kill()
    process.communicate()
    assert len(names(cache)) == 1
    home.pause = 0
    assert fetch(file, cache).read_bytes() == CONTENT
    assert names(cache) == ["data.bin"]


def test_an_interrupted_one_goes_on_where_it_was(home, file, cache):
    with mock.patch("requests.Response.iter_content") as content:
        content.side_effect = lambda **_: interrupted(CONTENT[:999])
        with pytest.raises(KeyboardInterrupt):
            fetch(file, cache)
    assert (cache / "data.bin.part").read_bytes() == CONTENT[:999]
    assert fetch(file, cache).read_bytes() == CONTENT
    assert home.asked == [None, "bytes=999-"]
    assert names(cache) == ["data.bin"]


def interrupted(content):
    yield content
    raise KeyboardInterrupt


def test_a_cache_that_cannot_be_made_has_its_sentence(file, tmp_path):
    (tmp_path / "cache").touch()
    with pytest.raises(ConnectionError, match=r"^data.bin: could not be dow"):
        fetch(file, tmp_path / "cache")


def test_wrong_arguments_are_refused(file):
    with pytest.raises(ValueError, match=r"^file: expected a RemoteFile"):
        fetch("data.bin")
    with pytest.raises(ValueError, match=r"^cache: expected a pathlib.Path"):
        fetch(file, 3)


def test_a_damaged_file_is_refused_and_not_kept(home, file, cache):
    home.content = CONTENT[:-1] + b"?"
    with pytest.raises(ValueError, match=r"data.bin: .* expected SHA-256"):
        fetch(file, cache)
    assert names(cache) == []
    assert home.asked == [None]
    home.content = CONTENT
    assert fetch(file, cache).read_bytes() == CONTENT


def test_a_damaged_end_is_refused_too(home, file, cache):
    home.cut_after = 50_000
    with pytest.raises(ConnectionError):
        fetch(file, cache)
    home.cut_after, home.content = None, CONTENT[:-1] + b"?"
    with pytest.raises(ValueError, match="sent something else or damaged it"):
        fetch(file, cache)
    assert names(cache) == []


def test_a_cache_that_was_damaged_is_mended(home, file, cache):
    fetch(file, cache).write_bytes(b"damaged")
    assert fetch(file, cache).read_bytes() == CONTENT


@pytest.mark.parametrize("status", [404, 500])
def test_a_home_that_has_no_such_file(home, file, cache, status):
    home.status = status
    with pytest.raises(ConnectionError, match=str(status)):
        fetch(file, cache)


def test_without_a_network_it_says_what_can_be_done(cache):
    url = "http://127.0.0.1:9/data.bin"  # nobody listens there
    with pytest.raises(ConnectionError) as problem:
        fetch(RemoteFile("data.bin", url, SHA256), cache)
    for part in ("data.bin: ", url, str(cache), "SEQCOURSE_DATA"):
        assert part in str(problem.value)


def test_a_folder_of_ones_own_is_looked_in_first(
    home, file, cache, tmp_path, monkeypatch
):
    (tmp_path / "data.bin").write_bytes(CONTENT)
    monkeypatch.setenv("SEQCOURSE_DATA", str(tmp_path))
    assert fetch(file, cache) == tmp_path / "data.bin"
    assert home.asked == []


def test_what_the_folder_does_not_have_is_downloaded(
    home, file, cache, tmp_path, monkeypatch
):
    monkeypatch.setenv("SEQCOURSE_DATA", str(tmp_path))
    assert fetch(file, cache).parent == cache
    assert names(tmp_path) == ["cache"]


def test_a_damaged_file_in_the_folder_is_refused(
    home, file, cache, tmp_path, monkeypatch
):
    (tmp_path / "data.bin").write_bytes(b"damaged")
    monkeypatch.setenv("SEQCOURSE_DATA", str(tmp_path))
    with pytest.raises(
        ValueError, match=f"data.bin: expected SHA-256 {SHA256}"
    ):
        fetch(file, cache)
    assert home.asked == []
    assert (tmp_path / "data.bin").read_bytes() == b"damaged"


def test_a_folder_that_is_none_is_refused(file, cache, tmp_path, monkeypatch):
    monkeypatch.setenv("SEQCOURSE_DATA", str(tmp_path / "nowhere"))
    with pytest.raises(ValueError, match="SEQCOURSE_DATA: expected a folder"):
        fetch(file, cache)


def test_the_public_homes_are_named_and_hashed():
    from seqcourse.tasks.language.text import SHAKESPEARE
    from seqcourse.tasks.series.sunspots import SUNSPOTS

    for remote in (SUNSPOTS, SHAKESPEARE):
        assert remote.url.startswith("https://raw.githubusercontent.com/")
        assert len(bytes.fromhex(remote.sha256)) == 32
