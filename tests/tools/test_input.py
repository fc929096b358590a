# SPDX-License-Identifier: GPL-2.0-only
"""shadow-layout: where trees come from, and what is no tree."""

import os

import pytest

import fdt
from tests.oracle.trees import compiled
from tests.text.expect import blob

from . import layout

pytestmark = pytest.mark.xdist_group("host-64")

MEMRESERVE = """/dts-v1/;
/memreserve/ 0x45e00000 0x100000;
/memreserve/ 0x90000000 0x1000;
/ {
    #address-cells = <2>; #size-cells = <2>;
    memory@40000000 { device_type = "memory"; reg = <0 0x40000000 0 0x40000000>; };
    reserved-memory {
        #address-cells = <2>; #size-cells = <2>; ranges;
        dyn { size = <0 0x100000>; alloc-ranges = <0 0x45d00000 0 0x200000>; };
    };
};"""


def write(path, data):
    path.write_bytes(data)
    return path


def unpacked(node, path):
    """A tree as directories and files."""
    path.mkdir()
    for name, value in node.props.items():
        (path / name).write_bytes(value)
    for child in node.children:
        unpacked(child, path / child.name)
    return path


def refused(*arguments, data=b""):
    """The line on standard error, without the program's name."""
    done = layout(*arguments, data=data)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("shadow-layout: ")
    assert done.stderr.count("\n") == 1
    return done.stderr[len("shadow-layout: "):-1]


def test_standard_input_is_as_a_file(tmp_path):
    data = blob("pixel6")
    path = write(tmp_path / "a.dtb", data)
    for form in ("summary", "reserved"):
        done = layout("--format", form, "-", data=data)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.replace("machine: standard input", f"machine: {path}") \
            == layout("--format", form, path).stdout
    assert refused("-", data=b"") == \
        "-: it is empty, expected a device tree blob"


def test_a_copy_of_a_tree_has_the_same_figures_in_the_order_of_names(tmp_path):
    data = blob("pixel6")
    path = write(tmp_path / "a.dtb", data)
    tree = unpacked(fdt.read(data), tmp_path / "tree")
    for name in ("summary", "free"):
        done = layout("--format", name, tree)
        assert done.returncode == 0
        assert done.stderr == (
            f"shadow-layout: {tree}: a copy has lost the order of the nodes, they "
            "are sorted by name\n")
        wanted = layout("--format", name, path).stdout
        assert done.stdout.replace(str(tree), str(path)) == wanted
    names = [line.split()[2] for line in
             layout("--format", "memory", tree).stdout.splitlines()]
    assert names == sorted(names)


def test_a_directory_has_no_memreserve(tmp_path):
    tree = unpacked(fdt.read(compiled(MEMRESERVE)), tmp_path / "tree")
    assert "    memreserve  not known, none counts\n" in layout(tree).stdout


def test_what_linux_hides_from_users_is_not_read(tmp_path):
    tree = unpacked(fdt.read(compiled(MEMRESERVE)), tmp_path / "tree")
    (tree / "security-key").symlink_to("nowhere")
    assert "neither a file nor a directory" in refused(tree)
    (tree / "security-key").unlink()
    (tree / "security-key").mkdir()
    (tree / "security-key").rmdir()
    write(tree / "security-key", b"x" * (5 << 20))
    assert layout(tree).returncode == 0
    (tree / "security-key").rename(tree / "key")
    assert refused(tree) == f"{tree}: key: no property is so large"


def test_other_directories_are_refused(tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    assert refused(empty) == f"{empty}: a directory without a device tree"
    write(empty / "file", b"")
    assert refused(empty) == f"{empty}: a directory without a device tree"
    os.mkfifo(empty / "pipe")
    assert refused(empty) == f"{empty}: pipe: neither a file nor a directory, " \
        "expected a device tree"


@pytest.mark.parametrize("deep, good", [(62, True), (63, False)])
def test_nodes_as_deep_as_the_kernel_reads(tmp_path, deep, good):
    tree = tmp_path / "tree"
    tree.joinpath(*["n"] * deep).mkdir(parents=True)
    write(tree / "model", b"\0")
    if good:
        assert layout(tree).returncode == 1
    else:
        assert refused(tree) == f"{tree}: its nodes lie deeper than the kernel " \
            "reads"


def test_memreserve_of_the_blob_counts_unless_it_is_given(tmp_path):
    """R3; and R2, dynamic nodes lie beside it."""
    path = write(tmp_path / "a.dtb", compiled(MEMRESERVE))
    lines = layout("--format", "reserved", path).stdout.splitlines()
    assert lines[:3] == [
        "   0: 0x0000000045e00000..0x0000000045efffff memreserve",
        "   1: 0x0000000090000000..0x0000000090000fff memreserve",
        "   2: 0x0000000045d00000..0x0000000045dfffff dyn (placed by Linux's rule)"]
    assert "    memreserve  entries: 2, as given\n" in layout(path).stdout
    lines = layout("--memreserve=none", "--format=reserved", path).stdout
    assert "memreserve" not in lines and "0x0000000045e00000.." in lines
    lines = layout("--memreserve=0x45f00000,4K", "--format=reserved", path).stdout
    assert lines.count("memreserve") == 1


def test_memreserve_past_the_end_is_a_warning(tmp_path):
    text = MEMRESERVE.replace("0x90000000 0x1000", "0xffffffffffffffff 0x2")
    path = write(tmp_path / "a.dtb", compiled(text))
    done = layout(path)
    assert done.returncode == 0
    assert "  warnings    1\n    /memreserve/: range 1, 0xffffffffffffffff + 0x2" \
        ", goes past 2^64, entry\n      skipped\n" in done.stdout


@pytest.mark.parametrize("between", [b"", b"\0", bytes(4096)])
@pytest.mark.parametrize("number", [1, 2, 5])
def test_of_several_blobs_the_first_is_used(tmp_path, number, between):
    data = between.join([blob("three-gib"), *(
        [blob("pixel6")] * (number - 1)), b""])
    path = write(tmp_path / "a.dtb", data)
    done = layout("--format", "summary", path)
    assert done.returncode == 0 and "total_ram: 3221225472\n" in done.stdout
    assert done.stderr == ("" if number == 1 else (
        f"shadow-layout: {path}: {number} device tree blobs one after another, "
        "the first is used\n"))


def test_what_follows_a_blob_and_is_none_is_nothing_to_say(tmp_path):
    path = write(tmp_path / "a.dtb", blob("three-gib") + b"\xd0\x0d\xfe\xed" * 99)
    assert layout(path).stderr == ""


def header(data, at, value):
    return data[:at] + value.to_bytes(4, "big") + data[at + 4:]


@pytest.mark.parametrize("harm, said", [
    (lambda data: b"", "it is empty, expected a device tree blob"),
    (lambda data: data[:-1], "a device tree blob that is cut short: {0} bytes, its "
     "header says {1}"),
    (lambda data: data[:39], "no valid device tree blob: FDT_ERR_TRUNCATED"),
    (lambda data: b"x" + data[1:], "no valid device tree blob: FDT_ERR_BADMAGIC"),
    (lambda data: header(data, 20, 18), None),
    (lambda data: header(data, 24, 18),
     "no valid device tree blob: FDT_ERR_BADVERSION"),
    (lambda data: data[:64] + b"\0\0\0\7" + data[68:],
     "no valid device tree blob: FDT_ERR_BADSTRUCTURE"),
    *((lambda data, before=before: before + b"/dts-v1/;\n/ { };\n",
       "the source of a device tree, expected a blob; dtc makes one of it")
      for before in (b"", b"// SPDX-License-Identifier: GPL-2.0\n\n")),
], ids=["empty", "cut", "header", "magic", "newer", "too-new", "token", "source",
        "comment"])
def test_what_is_no_blob_is_named(tmp_path, harm, said):
    data = blob("three-gib")
    path = write(tmp_path / "bad.dtb", harm(data))
    if said is None:
        assert layout(path).returncode == 0
        return
    assert refused(path) == f"{path}: " + said.format(len(data) - 1, len(data))


def test_files_that_cannot_be_read_are_named(tmp_path):
    assert refused(tmp_path / "no") == \
        f"{tmp_path}/no: No such file or directory"
    assert refused("/dev/zero") == \
        "/dev/zero: more than 67108864 bytes, no device tree is so large"
    name = tmp_path / "\x1b[31m"
    assert refused(name) == f"{name}: No such file or directory"
