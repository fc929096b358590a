# SPDX-License-Identifier: GPL-2.0-only
"""shadow-layout --compare: raw serial logs, cut logs, panics, overlaps (D1, E4, E8)."""

import re

import pytest

from tests.text.expect import blob

from . import layout, target

pytestmark = pytest.mark.xdist_group("host-64")

E1 = "PANIC: No RAM regions found in DTB"
E2 = "PANIC: All RAM is reserved \u2014 no free memory"
E3 = "PANIC: Cannot allocate mem_map \u2014 insufficient contiguous memory"
BEGIN, END = "memory-layout begin\n", "memory-layout end\n"
NAMES = [name for name in target.Target(blob("three-gib")).figures]
PAGES = "pages: 786432\n"


@pytest.fixture(name="compare")
def fixture_compare(tmp_path):
    """A function: compare a log with a machine of tests/text."""

    def compare(log, name="three-gib"):
        path = tmp_path / f"{name}.dtb"
        path.write_bytes(blob(name))
        log = log.encode() if isinstance(log, str) else log
        return layout("--compare", "-", path, data=log)
    return compare


def good(name="three-gib"):
    return target.Target(blob(name)).log()


def bad():
    """The order of the heap and the place of mem_map are wrong."""
    return target.Target(blob("three-gib")).log(NAMES).replace("heap_order: 13", "heap_order: 11").replace(
        "mem_map_base: 0x0000000040080000", "mem_map_base: 0x0000000050000000")


def each_line(form):
    return lambda log: "".join(form % line + "\n" for line in log.splitlines())


NOISE = {
    "timestamps": each_line("[    0.204117] %s"),
    "a level and a path": each_line("[INFO] los_kernel::memory: %s"),
    "a path with a name": each_line("kernel::free: %s"),
    "a name before it": each_line("free: %s"),
    "a date": each_line("2026-01-04T12:00:01.123 k: %s"),
    "CR": lambda log: log.replace("\n", "\r\n"),
    "CR alone": lambda log: log.replace("\n", "\r"),
    "LF CR": lambda log: log.replace("\n", "\n\r"),
    "NULs": lambda log: "\0".join(log),
    "colours": each_line("\033[1;32mINFO\033[0m \033[33m%s\033[m"),
    "colours inside": lambda log: log.replace("_", "\033[31m_\033[0m"),
    "a title": each_line("\033]0;minicom\a%s\033]2;x\033\\"),
    "a broken sequence": lambda log: log.replace("\n", "\n\033[12;\n"),
    "tabs and blanks": lambda log: log.replace(": ", ":\t  ").replace(
        "\n", "  \t\n"),
    "no line end": lambda log: log.rstrip("\n"),
    "what follows": lambda log: log.replace(
        "pages: 786432\n", "pages: 786432 (3 GiB)\n"),
    "two on a line": lambda log: log.replace("\npages: ", ", pages: "),
    "Rust's numbers": lambda log: re.sub(
        r"0x0+(\w+)(\w{4})\b", r"0x\1_\2", log),
    "a boot around it": lambda log: f"U-Boot 2024\nBooting, panic=1 ...\n{log}"
                                    "pages: 5\nmem_map_base: 0x1\n# ",
    "the same twice": lambda log: 2 * log,
    "a line as long as a log": lambda log: "x" * 1000000 + "\n" + log,
}


@pytest.mark.parametrize("noise", NOISE.values(), ids=NOISE)
@pytest.mark.parametrize("log, status", [(good(), 0), (bad(), 3)],
                         ids=["good", "bad"])
def test_a_raw_log_says_the_same(compare, noise, log, status):
    done = compare(noise(log))
    assert done.returncode == status, done.stdout
    assert re.findall(r"^! (\w+)", done.stdout, re.M) == \
        ["mem_map_base", "heap_order"] * bool(status)
    assert "absent" not in done.stdout and "twice" not in done.stdout


@pytest.mark.parametrize("line", [
    "los::free: 5 left", "free::list: 5", "not-free: 5", "buddy.free: 5",
    "xfree: 5", "free_: 5", "free 5", "pages left: 5"])
def test_a_part_of_a_word_is_no_name(compare, line):
    assert compare(f"{BEGIN}{PAGES}{line}\n{END}").returncode == 0


def test_utf_16_too(compare):
    """As PowerShell writes what a terminal program prints."""
    assert compare(good().encode("utf-16")).returncode == 0


@pytest.mark.parametrize("name", NAMES)
def test_each_name_is_compared_with_its_clause(compare, name):
    clause = {
        "verdict": "E4", "total_ram": "R1", "pages": "R1", "reserved_pages": "R2",
        "mem_map_bytes": "M1", "mem_map_base": "M3", "span_bytes": "M2",
        "flat_mem_map_bytes": "M2", "heap_bytes": "H1", "heap_order": "H3",
        "heap_block_bytes": "H3", "heap_returned_bytes": "H3", "heap_base": "H3",
        "free_bytes": "M4", "free_pages": "M4"}[name]
    done = compare(f"{BEGIN}{name}: 7\n{END}")
    assert done.returncode == 3
    if name == "verdict":
        assert "! verdict\n    expected: OK\n    printed:  7 (E4)\n" \
            in done.stdout
    else:
        assert re.search(rf"^! {name} +\w+  +7 +{clause}$", done.stdout, re.M)
    absent = re.search(r"absent:((?:.*,\n)*.*)", done.stdout)[1]
    assert re.findall(r"\w+", absent) == [
        other for other in NAMES if other != name]


def test_page_tables_are_compared_where_they_are_printed(compare):
    done = compare(f"{BEGIN}tables_4k: 3082\ntables_2m: 5\n"
                   f"boot_pool_suffices_4k: yes\n{END}")
    assert re.search(r"^  tables_4k +3082 +3082 +P5$", done.stdout, re.M)
    assert re.search(r"^! tables_2m +10 +5 +P5$", done.stdout, re.M)
    assert "! boot_pool_suffices_4k\n    expected: no\n    printed:  yes (P5)\n" \
        in done.stdout


@pytest.mark.parametrize("value", [
    "", "x", "0x", "7x", "3.5", "18446744073709551616", "0x10000000000000000",
    "--1", "1_000_x"])
def test_what_is_no_number_differs(compare, value):
    done = compare(f"{BEGIN}pages: {value}\n{END}")
    assert done.returncode == 3 and "differences: 1\n" in done.stdout
    assert "\n    not a number\n" in done.stdout


def test_a_name_twice_with_two_values_quotes_both(compare):
    done = compare(f"{BEGIN}pages: 786432\npages: 0xc0000\n{END}"
                   f"{BEGIN}pages: 786431\n{END}")
    assert done.returncode == 3
    assert '    printed twice: "786432" in line 2, "786431" in line 6 (D1)\n' \
        in done.stdout
    assert compare(f"{BEGIN}pages: 786432\npages: 0xc0000\n{END}").returncode \
        == 0


def test_names_that_are_not_known_are_listed(compare):
    done = compare(f"{BEGIN}{PAGES}mem_map_bas: 0x1\nregion: none\nseed: 5\n"
                   f"a prefix: of words\n{END}")
    assert done.returncode == 0
    assert "  not compared: region, seed, mem_map_bas\n" in done.stdout or \
        "  not compared: mem_map_bas\n" in done.stdout


@pytest.mark.parametrize("name, line", [
    ("no-ram", E1), ("all-reserved", E2), ("no-mem-map", E3)])
def test_the_panic_that_the_plan_gives_is_no_difference(compare, name, line):
    """With a begin or without one, and wrapped as Rust does it."""
    for log in (f"{BEGIN}{line}\n", f"[  0.1] {line}\r\n",
                f"{BEGIN}total_ram: {target.Target(blob(name)).figures['total_ram']}\n"
                f"panicked at src/mm.rs:7:5:\n{line}\n",
                f"panicked at '{line}', src/mm.rs:7\n"):
        done = compare(log, name)
        assert done.returncode == 0, done.stdout
        assert f"  the end\n    expected: {line}\n    printed:  {line} in line " \
            in done.stdout


@pytest.mark.parametrize("name, line, clause", [
    ("three-gib", E1, "E1"), ("three-gib", E2, "E2"), ("three-gib", E3, "E3"),
    ("no-ram", E2, "E1"), ("all-reserved", E3, "E2"),
    # Not byte for byte: a hyphen for the dash.
    ("all-reserved", "PANIC: All RAM is reserved - no free memory", "E2"),
    ("three-gib", "Kernel panic - not syncing: no memory", "E4"),
    ("three-gib", "KERNEL PANIC", "E4"),
    ("three-gib", "panicked at src/main.rs:5:1:", "E4")])
def test_another_panic_is_a_difference(compare, name, line, clause):
    for log in (f"{BEGIN}{line}\n", f"{line}\n"):
        done = compare(log, name)
        said = re.search(r"^! the end\n    expected: (.*)\n    printed:  (.*)\n",
                         done.stdout, re.M)
        assert done.returncode == 3 and said, done.stdout
        assert said[1] == target.Target(blob(name)).figures["verdict"]
        assert re.fullmatch(rf".*{re.escape(line[-9:])} in line \d \({clause}\)",
                            said[2]), said[2]


@pytest.mark.parametrize("line, clause", [
    ("PANIC: All RAM is reserved - no free memory", "E2"),
    ("PANIC: All RAM is reserved ? no free memory", "E2"),
    ("PANIC: Cannot allocate mem_map -- out of memory", "E3")])
def test_a_line_that_is_nearly_the_record_s_is_named(compare, line, clause):
    done = compare(f"{BEGIN}{line}\n")
    assert f"    not byte for byte the line of {clause}\n" in done.stdout
    assert "byte for byte" not in compare(f"{BEGIN}PANIC: no luck\n").stdout


@pytest.mark.parametrize("line", [
    "Command line: panic=1 on_panic=report", "panicking is not an option",
    "the panic-handler is set", "no panic"])
def test_not_every_word_is_a_panic(compare, line):
    assert compare(f"{line}\n{BEGIN}{PAGES}{line}\n{END}").returncode == 0
    done = compare(f"{line}\n")
    assert (done.returncode, done.stdout) == (2, "")


def test_a_panic_behind_the_end_is_said_and_is_no_difference(compare):
    done = compare(f"{good()}later\nKernel panic - not syncing: no init\n")
    assert done.returncode == 0
    assert re.search(r"^  after the end, in line \d+: Kernel panic - not syncing: "
                     "no init$", done.stdout, re.M)


def test_a_line_of_the_record_behind_the_end_is_a_difference(compare):
    assert compare(f"{good()}later\n{E3}\n").returncode == 3


def test_a_log_that_stops_is_a_difference(compare):
    """At every line."""
    lines = good().splitlines(True)
    for nr in range(1, len(lines)):
        done = compare("".join(lines[:nr]))
        assert done.returncode == 3 and "differences: 1\n" in done.stdout or \
            "free: " in lines[nr]
        assert "    printed:  nothing more: there is no memory-layout end to the " \
            "begin in line 1 (E4)\n" in done.stdout


def test_a_target_that_began_again_counts_by_its_last_part(compare):
    assert compare(BEGIN + PAGES + good()).returncode == 0
    assert compare(good() + BEGIN + PAGES).returncode == 3


def test_where_the_target_should_have_died_an_end_is_a_difference(compare):
    done = compare(f"{BEGIN}{END}", "no-ram")
    assert done.returncode == 3
    assert f"! the end\n    expected: {E1}\n    printed:  memory-layout end, and " \
        "no panic (E1)\n" in done.stdout


@pytest.mark.parametrize("log", [
    b"", b"\0", b"pages: 786432\n", BEGIN[:-4].encode(), bytes(range(256)) * 9],
    ids=["empty", "NUL", "no begin", "half a begin", "bytes"])
def test_a_log_with_nothing_to_compare_is_refused(compare, log):
    done = compare(log)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == 'shadow-layout: the log has no line with "memory-layout ' \
        'begin", and no panic\n'


def test_a_log_that_cannot_be_read_is_refused(tmp_path):
    path = tmp_path / "tree"
    path.write_bytes(blob("three-gib"))
    done = layout("--compare", tmp_path / "none", path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"shadow-layout: {tmp_path}/none: cannot be read\n"
    done = layout("--compare", tmp_path, path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "shadow-layout: the log cannot be read\n"


def test_what_is_shown_of_a_log_does_no_harm_to_a_terminal(compare):
    done = compare(b"memory-layout begin\npages: 7\x9b31m\xff\x1b[2J\x07 \xed\xa0\x80 "
                   b"\xe2\x80\nverdict: \xe2\x80\x94\x9d\n")
    assert re.search(r"7\?31m\? \?\?\? \?\?", done.stdout)
    assert "printed:  \u2014? (E4)" in done.stdout


def free(*places):
    return f"{BEGIN}{''.join(f'free: {place}' + chr(10) for place in places)}{END}"


def test_free_memory_is_compared_as_ranges(compare):
    """In any order, in blocks or whole, with the last byte or the size."""
    lines = [line[6:] for line in good().splitlines() if line[:5] == "free:"]
    assert compare(free(*lines)).returncode == 0
    assert compare(free(*reversed(lines))).returncode == 0
    start, last = (int(each, 16) for each in lines[-1].split(".."))
    for form in ("{0:#x},{2:#x}", "{0:#x}-{1:#x}", "{0:#x}..={1:#x}",
                 "{0:#x}..{3:#x}", "{0} .. {1}"):
        middle = start + 0x100000
        blocks = [form.format(a, b - 1, b - a, b)
                  for a, b in [(middle, last + 1), (start, middle)]]
        assert compare(free(*lines[:-1], *blocks)).returncode == 0, form


def test_a_page_more_and_a_page_less_are_named(compare):
    lines = [line[6:] for line in good().splitlines() if line[:5] == "free:"]
    start = int(lines[-1].partition("..")[0], 16)
    done = compare(free(*lines[:-1], f"{start + 4096:#x}..0x100000fff"))
    assert done.returncode == 3
    assert f"    free, not printed: 0x{start:016x}..0x{start + 4095:016x}\n" \
        in done.stdout
    assert "    printed, not free: 0x0000000100000000..0x0000000100000fff\n" \
        in done.stdout


@pytest.mark.parametrize("place", ["", "x", "5", "0x5..", "0x6,0", "0x6..0x4",
                                   "0xfffffffffffff000,0x2000", "1..2x", "0,0"])
def test_what_is_no_place_is_quoted(compare, place):
    done = compare(free(place))
    assert done.returncode == 3
    assert f'! free: line 2: "{place}", expected BASE,SIZE or BASE..LAST (D1)\n' \
        in done.stdout


OVER = re.compile(r"^! overlap: (\S+) 0x0*(\w+)\.\.0x0*(\w+) and (\S+) "
                  r"0x0*(\w+)\.\.0x0*(\w+) \(E8\)$", re.M)


@pytest.mark.parametrize("lines, pairs", [
    # There are 128 pages of firmware at the start of RAM.
    ("mem_map_base: 0x40000000\n", [("mem_map", "firmware")]),
    ("mem_map_base: 0x4007f000\nmem_map_bytes: 4096\n", [("mem_map", "firmware")]),
    ("mem_map_base: 0x40080000\n", []),
    ("heap_base: 0x4007f000\nheap_bytes: 4096\n", [("heap", "firmware")]),
    ("heap_base: 0x50000000\nmem_map_base: 0x51000000\n", [("mem_map", "heap")]),
    ("free: 0x40000000,0x1000\n", [("free", "firmware")]),
    ("free: 0x50000000,0x2000\nfree: 0x50001000,0x1000\n", [("free", "free")]),
    ("free: 0x50000000,0x2000\nmem_map_base: 0x50001000\n",
     [("mem_map", "free")]),
    # A heap of 24 MiB on a block of 8 MiB.
    ("free: 0x50000000,0x4000000\nheap_base: 0x50000000\n"
     "heap_block_bytes: 8388608\n", [("heap", "free")]),
    ("free: 0x50000000,0x4000000\nheap_base: 0x50000000\n", []),
    ("image: 0x50000000,0x1000\ninitrd: 0x50000fff,1\n", [("image", "initrd")]),
    ("blob: 0x50000000,0x1000\nfree: 0x50000000,0x1000\n", [("free", "blob")]),
    ("blob: 0x40000000,0x1000\n", []),
    ("mem_map_base: 0xfffffffffffff000\n", []),
    ("mem_map_base: 0x0\n", []),
])
def test_overlaps_are_named_with_both_ranges(compare, lines, pairs):
    done = compare(BEGIN + lines + END)
    found = OVER.findall(done.stdout)
    assert [(name, other.rpartition("/")[2].partition("@")[0])
            for name, _, _, other, _, _ in found] == pairs, done.stdout
    for _, a, b, _, c, d in found:
        assert int(a, 16) <= int(d, 16) and int(c, 16) <= int(b, 16)
    assert done.returncode == 3 or not pairs


def test_many_overlaps_are_cut_short(compare):
    done = compare(BEGIN + 40 * "free: 0x50000000,0x1000\n" + END)
    assert len(OVER.findall(done.stdout)) == 16
    assert "  and more overlaps\n" in done.stdout


def test_what_the_plan_does_not_know_is_said(compare):
    done = compare(f"{BEGIN}image: 0x50000000,0x1000\n{END}")
    assert done.returncode == 0
    assert "  image: printed 0x50000000..0x50000fff, the plan counts none: " \
        "--image 0x50000000,0x1000 tells it (R3)\n" in done.stdout


@pytest.mark.parametrize("place, differs", [
    ("0x48000000..0x49abbfff", False), ("0x48000001,0x1abb800", False),
    ("0x48000000..0x49abcfff", True), ("0x48001000..0x49abbfff", True)])
def test_an_initrd_elsewhere_is_a_difference(compare, place, differs):
    """R4: in whole pages."""
    done = compare(f"{BEGIN}initrd: {place}\n{END}", "initrd")
    assert done.returncode == (3 if differs else 0), done.stdout
    assert "expected 0x48000000..0x49abbfff (R3)\n" in done.stdout
