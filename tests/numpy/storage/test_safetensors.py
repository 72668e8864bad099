"""Arrays in a file: read back exactly, and damage is always found."""

import json
import os
import re

import numpy as np
import pytest

from seqcourse.numpy.storage import safetensors

ARRAYS = {
    "core.weight": np.arange(6, dtype=np.float32).reshape(2, 3),
    "empty": np.zeros((0, 3)),
    "count": np.array(7),
}
METADATA = {"config": '{"dropout": 0.5}', "more": "é"}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "some.safetensors"


def refused(path, part=""):
    return pytest.raises(
        ValueError,
        match=f"^{re.escape(str(path))}: damaged or not a .*{part}",
    )


def foreign(path, header, content=b"", size=None):
    """Write a file of that format as another program might."""
    text = header if isinstance(header, str) else json.dumps(header)
    size = len(text) if size is None else size
    path.write_bytes(size.to_bytes(8, "little") + text.encode() + content)


def entry(dtype="F32", shape=(2,), offsets=(0, 8)):
    return {"a": {"dtype": dtype, "shape": shape, "data_offsets": offsets}}


def test_arrays_of_all_types_come_back(path):
    kinds = [*"?bhilBHILefd"]
    numbers = np.arange(12).reshape(3, 4)
    arrays = {kind: numbers.astype(kind) for kind in kinds}
    arrays |= {"big": np.arange(3, dtype=">f4"), **ARRAYS}
    safetensors.write(path, arrays, METADATA)
    again, metadata = safetensors.read(path)
    assert metadata == METADATA
    assert list(again) == sorted(arrays)
    for name, array in arrays.items():
        np.testing.assert_array_equal(again[name], array)
        assert again[name].dtype == array.dtype.newbyteorder("=")
        assert again[name].shape == array.shape
        again[name][...] = 0  # the reader's own


def test_the_library_reads_what_is_written(path):
    from safetensors import safe_open

    safetensors.write(path, ARRAYS, METADATA)
    with safe_open(path, "numpy") as file:
        assert file.metadata().items() > METADATA.items()
        for name in ARRAYS:
            array = file.get_tensor(name)
            np.testing.assert_array_equal(array, ARRAYS[name])


def test_arrays_lie_where_the_library_lays_them(path):
    from safetensors.numpy import save

    rng = np.random.default_rng(0)
    kinds = [
        "f2",
        "f4",
        "f8",
        "i1",
        "i2",
        "i4",
        "i8",
        "u1",
        "u2",
        "u4",
        "u8",
        "?",
    ]
    arrays = {
        f"{rows} {kind}": (rng.normal(size=(rows, 3)) * 50).astype(kind)
        for rows in (3, 0, 1)
        for kind in kinds
        if kind[0] != "u"  # of what is below 0 machines make what they like
    }
    arrays |= {kind: np.arange(5).astype(kind) for kind in kinds}
    safetensors.write(path, {**arrays, "one": np.array(3.0)}, {})
    found = path.read_bytes()
    expected = save({**arrays, "one": np.array(3.0)})
    size = int.from_bytes(found[:8], "little")
    header = json.loads(found[8 : 8 + size])
    del header["__metadata__"]
    other = int.from_bytes(expected[:8], "little")
    assert header == json.loads(expected[8 : 8 + other])
    assert found[8 + size :] == expected[8 + other :]


def test_a_type_that_the_format_lacks_is_refused(path):
    with pytest.raises(ValueError, match="'z' has the type complex128"):
        safetensors.write(path, {"z": np.zeros(2, complex)}, {})
    assert not path.exists()


def test_what_the_library_writes_is_read(path):
    from safetensors.numpy import save_file

    save_file(ARRAYS, path, METADATA)
    arrays, metadata = safetensors.read(path)
    assert metadata == METADATA
    for name in ARRAYS:
        np.testing.assert_array_equal(arrays[name], ARRAYS[name])
    save_file({}, path)
    assert safetensors.read(path) == ({}, {})


def test_the_same_content_is_the_same_bytes(path):
    safetensors.write(path, ARRAYS, METADATA)
    first = path.read_bytes()
    for order in (reversed, sorted):
        arrays = {name: ARRAYS[name] for name in order(list(ARRAYS))}
        said = {name: METADATA[name] for name in order(list(METADATA))}
        safetensors.write(path, arrays, said)
        assert path.read_bytes() == first


def test_any_flipped_bit_is_found_or_changes_nothing(path):
    safetensors.write(path, ARRAYS, METADATA)
    whole, harmless = path.read_bytes(), []
    for place in range(len(whole)):
        changed = bytearray(whole)
        changed[place] ^= 1 << place % 8
        path.write_bytes(changed)
        sentence = ""
        try:
            arrays, metadata = safetensors.read(path)
        except ValueError as error:
            sentence = str(error)
        if sentence:
            assert sentence.startswith(f"{path}: damaged or not a ")
            continue
        harmless.append(chr(whole[place]))
        assert metadata.items() >= METADATA.items()
        assert arrays.keys() == ARRAYS.keys()
        for name in ARRAYS:
            np.testing.assert_array_equal(arrays[name], ARRAYS[name])
    # The checksum's own name, and how é is written: \u00e9 or \u00E9.
    assert set(harmless) <= set("crc32e")


def test_a_file_of_another_length_is_refused(path):
    safetensors.write(path, ARRAYS, METADATA)
    whole = path.read_bytes()
    for kept in range(len(whole)):
        path.write_bytes(whole[:kept])
        with refused(path):
            safetensors.read(path)
    path.write_bytes(whole + b"\0")
    with refused(path, r"expected \d+ bytes, got \d+"):
        safetensors.read(path)


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("[" * 100_000, "recursion|depth"),
        ('{"a": ' * 100_000, "recursion|depth"),
        ("[]", "no dictionary"),
        ("{}}", "Extra data"),
        ('{"a": 1, "a": 1}', "twice"),
        ('{"a": ' + "9" * 5000 + "}", "digits"),
        ({"__metadata__": [1]}, "no dictionary of strings"),
        ({"__metadata__": {"config": 1}}, "no dictionary of strings"),
        ({"a": 1}, "'a' has no dtype, shape and data_offsets"),
        ({"a": {"dtype": "F32", "shape": [2]}}, "has no dtype"),
        (entry(offsets=[0]), "has no dtype"),
        (entry(shape=2), "has no dtype"),
        (entry("F8_E4M3"), "has the type 'F8_E4M3', not one of F16"),
        (entry([]), r"has the type \[\]"),
        (entry("C64"), "has the type 'C64'"),
        (entry(shape=[-2]), "a shape or offsets that are none"),
        (entry(shape=[2.0]), "a shape or offsets that are none"),
        (entry(shape=[True]), "a shape or offsets that are none"),
        (entry(offsets=["0", "8"]), "a shape or offsets that are none"),
        (entry(shape=[3]), "offsets of another shape"),
        (entry(shape=[10**30, 0], offsets=[0, 0]), "imum"),
        (entry(offsets=[4, 12]), "begins at byte 4, not 0"),
        (entry(shape=[2**30], offsets=[0, 2**32]), "ends within 'a'"),
        ({**entry(), "b": entry()["a"]}, "'b' begins at byte 0, not 8"),
        (entry(shape=[1] * 99, offsets=[0, 4]), "dimension"),
    ],
)  # fmt: skip
def test_a_header_that_makes_no_sense_is_refused(path, header, part):
    foreign(path, header, bytes(8))
    with refused(path, f".*({part})"):
        safetensors.read(path)


@pytest.mark.parametrize("size", [0, 1, 2**63, 2**64 - 1])
def test_a_header_of_no_such_size_is_refused(path, size):
    foreign(path, "{}", b"", size)
    with refused(path, "it has no header"):
        safetensors.read(path)


@pytest.mark.torch
def test_bfloat16_is_read_as_the_same_float32(path):
    import torch
    from safetensors.torch import save_file

    numbers = torch.tensor([0, -1.5, 3e38, 1e-40, 3.140625]).bfloat16()
    save_file({"a": numbers}, path)
    array = safetensors.read(path)[0]["a"]
    assert array.dtype == np.float32
    np.testing.assert_array_equal(array, numbers.float().numpy())


def test_what_is_no_file_is_refused(path):
    with pytest.raises(FileNotFoundError, match=r"no such file$"):
        safetensors.read(path)
    with pytest.raises(FileNotFoundError, match=r"no such file$"):
        safetensors.read(path / "in a file that is missing")
    with pytest.raises(FileNotFoundError, match=r"'a\\x00b': no such file$"):
        safetensors.read(path.with_name("a\0b").relative_to(path.parent))
    with pytest.raises(IsADirectoryError, match="a regular file, got a fold"):
        safetensors.read(path.parent)
    os.mkfifo(path)
    with pytest.raises(OSError, match="a regular file, got a pipe"):
        safetensors.read(path)
    with pytest.raises(OSError, match=r"nnn: file name too long$"):
        safetensors.read(path.with_name("n" * 256))


def test_a_file_that_may_not_be_read_is_refused(path, monkeypatch):
    path.touch()

    def closed(*_):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(type(path), "open", closed)
    with pytest.raises(PermissionError) as problem:
        safetensors.read(path)
    assert str(problem.value) == f"{path}: permission denied"


def test_a_file_larger_than_memory_is_refused(path, monkeypatch):
    safetensors.write(path, ARRAYS, {})

    def full(*_):
        raise MemoryError

    monkeypatch.setattr(np, "empty", full)
    with pytest.raises(ValueError, match="a file that fits into memory"):
        safetensors.read(path)
