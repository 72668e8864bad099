import re

import pytest

from seqcourse.numpy.storage.safetensors import check_writable

NULL = (
    r"expected a place to write to, got '{folder}/a\x00b' "
    "(embedded null byte)"
)


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("no/run", "expected a folder that exists, got '{folder}/no'"),
        ("", "expected a file, got '{folder}', which is a folder"),
        ("file/run", "expected a folder that exists, got '{folder}/file'"),
        (
            "x" * 300,
            "expected a place to write to, got '{folder}/"
            + "x" * 300
            + "' (File name too long)",
        ),
        ("a\0b", NULL),
    ],
    ids=["missing", "folder", "in a file", "long", "null"],
)
def test_a_place_that_cannot_be_written_is_refused(tmp_path, path, sentence):
    (tmp_path / "file").touch()
    refusal = re.escape(f"out: {sentence.format(folder=tmp_path)}")
    with pytest.raises(OSError, match=f"^{refusal}$"):
        check_writable("out", tmp_path / path)


def test_a_folder_that_lets_nothing_be_written_is_refused(
    tmp_path, monkeypatch
):
    def refuse(*_):
        raise PermissionError(13, "Permission denied", f"{tmp_path}/.part")

    monkeypatch.setattr("pathlib.Path.open", refuse)
    with pytest.raises(PermissionError, match=r"^out: .*/run' \(Permission"):
        check_writable("out", tmp_path / "run")


def test_asking_leaves_nothing_behind(tmp_path):
    check_writable("out", tmp_path / "run")
    assert not [*tmp_path.iterdir()]
    (tmp_path / "run").write_text("kept")
    check_writable("out", tmp_path / "run")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["kept"]
