# SPDX-License-Identifier: GPL-2.0-only
"""What the module says, parsed, and what must hold of it on every machine."""

import re
from dataclasses import dataclass

PAGE = 4096
MIB = 1 << 20
GIB = 1 << 30

RANGE = re.compile(r"\s*\d+: 0x([0-9a-f]{16})\.\.0x([0-9a-f]{16})(?:\s+(.*))?")


def equal(what, seen, wanted):
    if seen != wanted:
        raise AssertionError(f"{what}: expected {wanted!r}, got {seen!r}")


def true(what, condition):
    if not condition:
        raise AssertionError(what)


@dataclass
class Load:
    """One load of the module: the files that lib.sh's load() kept of it."""

    result: object
    name: str

    def text(self, file):
        return self.result.text(f"{self.name}/{file}")

    def pairs(self, file):
        """The `name: value` lines of a file."""
        pairs = (line.partition(":") for line in self.text(file).splitlines())
        return {name: value.strip() for name, _, value in pairs}

    @property
    def summary(self):
        return self.pairs("summary")

    def number(self, name):
        value = self.summary.get(name)
        if value is None:
            raise AssertionError(f"summary has no '{name}'")
        return int(value, 0)

    def ranges(self, file):
        """[(first byte, byte after the last, name)] of a memblock-like file."""
        ranges = []
        for line in self.text(file).splitlines():
            found = RANGE.fullmatch(line)
            true(f"{file}: '{line}' is not of memblock's form", found)
            ranges.append((int(found[1], 16), int(found[2], 16) + 1,
                           found[3] or ""))
        return ranges

    def blocks(self, row):
        """The 21 counts of a row of buddyinfo."""
        for line in self.text("buddyinfo").splitlines():
            if re.search(rf"\b{row}\b", line):
                return [int(word) for word in line.split()[-21:]]
        raise AssertionError(f"buddyinfo has no row '{row}'")


def loaded(load):
    """The module is in, and what it printed is in debugfs."""
    equal("what insmod said", load.text("insmod"), "")
    equal("what is there after insmod", load.text("present").split(),
          ["/sys/kernel/debug/buddy_shadow", "/sys/module/buddy_shadow"])


def refused(load, reason):
    """insmod failed with this reason and left nothing behind."""
    said = load.text("insmod").strip()
    true(f"insmod said '{said}', expected '...: {reason}'",
         said.endswith(f": {reason}"))
    equal("what is there after insmod failed", load.text("present"), "")


def verdict(load, line):
    equal("verdict", load.text("verdict"), line + "\n")
    equal("verdict in summary", load.summary.get("verdict"), line)


def exercise(load, outcome):
    equal("exercise in summary", load.summary.get("exercise"), outcome)
    if outcome == "passed":
        true(f"result is not KTAP that passes:\n{load.text('result')}",
             passes(load.text("result")))


def passes(ktap):
    """A KTAP document in which something passed and nothing failed."""
    return (ktap.startswith("KTAP version 1\n")
            and re.search(r"^\s*ok \d+", ktap, re.M)
            and not re.search(r"^\s*not ok", ktap, re.M))


def figures(load, **wanted):
    for name, value in wanted.items():
        equal(name, load.number(name), value)


def overlap(one, two):
    """Bytes that two lists of ranges have in common."""
    return sum(max(0, min(a[1], b[1]) - max(a[0], b[0]))
               for a in one for b in two)


def size(ranges):
    return sum(end - start for start, end, _ in ranges)


def adds_up(load):
    """M1 to M4: the figures agree with each other, to the page."""
    pages, reserved, free = (load.number(name) for name in
                             ("pages", "reserved_pages", "free_pages"))
    mem_map = load.number("mem_map_bytes")
    equal("total_ram", load.number("total_ram"), pages * PAGE)
    equal("mem_map_bytes", mem_map, pages * 24)
    equal("free_pages", free, pages - reserved - -(-mem_map // PAGE))
    equal("free_bytes", load.number("free_bytes"), free * PAGE)
    blocks = load.blocks("plan")
    equal("pages in buddyinfo's plan",
          sum(count << order for order, count in enumerate(blocks)), free)


def ranges_agree(load):
    """The lists of ranges say the same as the figures."""
    memory, reserved, free = (load.ranges(name) for name in
                              ("memory", "reserved", "free"))
    equal("bytes in memory", size(memory), load.number("total_ram"))
    equal("bytes in free", size(free), load.number("free_bytes"))
    equal("bytes both free and reserved", overlap(free, reserved), 0)
    equal("bytes both free and RAM", overlap(free, memory), size(free))
    base = load.number("mem_map_base")
    mem_map = [(base, base + load.number("mem_map_bytes"), "")]
    equal("mem_map's bytes in RAM", overlap(mem_map, memory),
          load.number("mem_map_bytes"))
    equal("mem_map's bytes in free", overlap(mem_map, free), 0)


def heap_is_valid(load):
    """H1, H3: size from the RAM, block from the size, place in free memory."""
    ram, heap, order, block, returned, base = (load.number(name) for name in (
        "total_ram", "heap_bytes", "heap_order", "heap_block_bytes",
        "heap_returned_bytes", "heap_base"))
    equal("heap_bytes", heap,
          min(max(ram // 128, 16 * MIB), 64 * MIB) // PAGE * PAGE)
    equal("heap_block_bytes", block, PAGE << order)
    true(f"heap block of {block} bytes for {heap}", block // 2 < heap <= block)
    equal("heap_returned_bytes", returned, block - heap)
    equal("heap_base modulo its block", base % block, 0)
    equal("heap's bytes in free",
          overlap([(base, base + block, "")], load.ranges("free")), block)


def merged(ranges):
    """The same bytes as sorted (start, end), each in one range."""
    found = []
    for start, end, *_ in sorted(ranges):
        if found and start <= found[-1][1]:
            end = max(end, found[-1][1])
            start = found.pop()[0]
        found.append((start, end))
    return found


def touched(ranges, shift):
    """How many areas of 1 << shift bytes the merged ranges reach into."""
    count, last = 0, -1
    for start, end in ranges:
        first, final = max(start >> shift, last + 1), (end - 1) >> shift
        count += max(0, final - first + 1)
        last = max(last, final)
    return count


def covered(ranges, shift):
    """How many of them a range covers as a whole."""
    return sum(max(0, (end >> shift) - -(-start >> shift))
               for start, end in ranges)


def tables(load):
    """P5: two maps of all RAM, for each size of the largest leaf."""
    ram = merged(load.ranges("memory"))
    pieces = touched(ram, 21) - covered(ram, 21)
    tables_2m = touched(ram, 30)
    for name, level2, level3 in (
            ("4k", tables_2m, touched(ram, 21)),
            ("2m", tables_2m, pieces),
            ("1g", tables_2m - covered(ram, 30), pieces)):
        levels = [2 * count for count in (1, touched(ram, 39), level2, level3)]
        wanted = {f"tables_{name}_level{level}": str(count)
                  for level, count in enumerate(levels)}
        wanted[f"tables_{name}"] = str(sum(levels))
        wanted[f"boot_pool_suffices_{name}"] = \
            "yes" if sum(levels) <= 16 else "no"
        values = load.pairs("pagetables")
        equal("pagetables", {key: values.get(key) for key in wanted}, wanted)


def valid(load):
    """All that holds on every machine whose verdict is OK."""
    loaded(load)
    verdict(load, "OK")
    adds_up(load)
    ranges_agree(load)
    heap_is_valid(load)
    tables(load)
