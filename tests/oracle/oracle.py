# SPDX-License-Identifier: GPL-2.0-only
"""What the report must say of a device tree that is given as a description.

    /usr/bin/python3 tests/oracle/oracle.py FILE.dtb ...

prints the files of debugfs that follow from the tree alone, byte for byte, and
what in it is malformed. There is no kernel image and no blob in memory.
"""
import argparse
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "../.."))
from tests.oracle.discover import (  # noqa: E402
    BadBlob, Discovery, PAGE, TOP, find, inwards, machines, outwards, read_tree,
    subtract)
from tests.oracle.linux import DEFAULT, ROWS  # noqa: E402
from tests.oracle.picture import Picture  # noqa: E402

MIB = 1 << 20
GIB = 1 << 30
DESCRIPTOR = 24
ORDERS = 21
BOOT_POOL = 16
DEEPEST = 8
LEAVES = {"4k": PAGE, "2m": 2 * MIB, "1g": GIB}
E1 = "PANIC: No RAM regions found in DTB"
E2 = "PANIC: All RAM is reserved — no free memory"
E3 = "PANIC: Cannot allocate mem_map — insufficient contiguous memory"
E5 = "PANIC: Cannot allocate heap — no free block is large enough"
E6 = "PANIC: Cannot map all RAM — it lies above 48 bits"
REACH = 1 << 48
FILES = ("summary", "memory", "reserved", "free", "layout", "map", "buddyinfo",
         "pagetables", "warnings", "hints")


def total(ranges):
    """Bytes; 2^64 do not fit in the target's numbers."""
    return min(sum(end - start for start, end in ranges), TOP - PAGE)


def heap_h1(ram_bytes):
    """H1: 1/128 of RAM, 16 to 64 MiB, whole pages."""
    return min(max(ram_bytes // 128, 16 * MIB), 64 * MIB) // PAGE * PAGE


def order_h3(size):
    """H3: the smallest order that holds @size."""
    return (-(-size // PAGE) - 1).bit_length()


def blocks_m4(free):
    """M4, B1: for each order the number of blocks and the lowest of them."""
    count, lowest = [0] * ORDERS, [None] * ORDERS

    def add(order, start, number):
        count[order] += number
        if number and (lowest[order] is None or start < lowest[order]):
            lowest[order] = start

    for start, end in free:
        for order in range(ORDERS - 1):
            size = PAGE << order
            if start + size > end:
                break
            if start & size:
                add(order, start, 1)
                start += size
        # Now start is aligned for every block that still fits.
        for order in reversed(range(ORDERS)):
            size = PAGE << order
            number = (end - start) // size
            add(order, start, number)
            start += number * size
    return count, lowest


def touched(ranges, size):
    """Aligned regions of @size in which there is RAM."""
    count, last = 0, -1
    for start, end in ranges:
        first = max(start // size, last + 1)
        last = (end - 1) // size
        count += last - first + 1
    return count


def filled(ranges, size):
    """Those that one range fills."""
    return sum(max(0, end // size - -(-start // size)) for start, end in ranges)


def tables_p5(ram, leaf):
    """P5: tables of levels 0 to 3, identity and higher half together."""
    levels = [int(bool(ram)), touched(ram, 512 * GIB)]
    for size in (GIB, 2 * MIB):
        leaves = filled(ram, size) if leaf >= size else 0
        levels.append(touched(ram, size) - leaves)
    return [2 * number for number in levels]


class Oracle:
    """All that follows from one tree; @root is the path of a description."""

    row = None  # only the module's own summary has one

    def __init__(self, blob, memreserve=False, root="/", row=DEFAULT):
        tree, blob_reserves = read_tree(blob)
        machine = find(tree, root)
        if machine is None:
            raise BadBlob("no node " + root)
        found = Discovery(machine, blob_reserves if memreserve else (), row)
        self.warnings = ["%s: %s" % each for each in found.warnings]
        self.hints = ["%s: %s" % each for each in found.hints]
        self.machines = machines(tree)
        self.memory, self.reserved = found.ram, list(found.reserved)
        self.ram = inwards(entry[:2] for entry in self.memory)
        self.taken = outwards(entry[:2] for entry in self.reserved)
        self.free = subtract(self.ram, self.taken)
        self.counts = [0] * ORDERS
        self.figures = dict.fromkeys((
            "verdict", "total_ram", "pages", "reserved_pages", "mem_map_bytes",
            "mem_map_base", "span_bytes", "flat_mem_map_bytes", "heap_bytes",
            "heap_order", "heap_block_bytes", "heap_returned_bytes",
            "heap_base", "free_bytes", "free_pages"), 0)
        self.figures["verdict"] = self.decide()
        self.figures["problems"] = len(self.warnings)
        self.row = row
        # E6: what is out of reach is in no table
        self.tables = {n: tables_p5(self.ram, n) for n in LEAVES.values()
                       if not self.ram or self.ram[-1][1] <= REACH}

    def decide(self):
        """E1, E2, E6, E3, E5 in this order, and the places of mem_map and heap."""
        self.placed, self.heap = 0, None
        if not self.ram:
            return E1
        self.sizes()
        if not self.free:
            return E2
        self.placed = self.find_places()
        if self.ram[-1][1] > REACH:
            return E6
        return (E3, E5, "OK")[self.placed]

    def find_places(self):
        """Return: how many of the two there are."""
        mem_map = self.mem_map_m3()
        # E7: without a mem_map, too, these are the figures of free
        self.figures["free_bytes"] = total(self.free)
        self.figures["free_pages"] = total(self.free) // PAGE
        if not mem_map:
            return 0
        self.counts, lowest = blocks_m4(self.free)
        # H3: as alloc() takes it, the smallest order before the lowest address
        for base in lowest[self.figures["heap_order"]:]:
            if base is not None:
                self.figures["heap_base"] = self.heap = base
                return 2
        return 1

    def largest_run(self):
        """E7: start and size, None where nothing is free."""
        return max(((start, end - start) for start, end in self.free),
                   key=lambda run: (run[1], -run[0]), default=None)

    def sizes(self):
        """H1, H3, M1, M2: what needs no place."""
        ram = total(self.ram)
        pages = sum(end - start for start, end in self.ram) // PAGE
        span = self.ram[-1][1] - self.ram[0][0]
        heap = heap_h1(ram)
        block = PAGE << order_h3(heap)
        overlap = subtract(self.ram, self.free)
        self.figures.update(
            total_ram=ram, pages=pages, span_bytes=min(span, TOP - PAGE),
            reserved_pages=sum(end - start for start, end in overlap) // PAGE,
            mem_map_bytes=pages * DESCRIPTOR,
            flat_mem_map_bytes=span // PAGE * DESCRIPTOR, heap_bytes=heap,
            heap_order=order_h3(heap), heap_block_bytes=block,
            heap_returned_bytes=block - heap)

    def mem_map_m3(self):
        """M3: the lowest free place; Return: whether there is one."""
        size = self.figures["mem_map_bytes"]
        pages = -(-size // PAGE) * PAGE
        for start, end in self.free:
            if end - start >= pages:
                self.figures["mem_map_base"] = start
                self.reserved.append((start, start + pages, "mem_map", ()))
                self.free = subtract(self.free, [(start, start + pages)])
                return True
        return False

    def summary(self):
        lines = ["%s: 0x%016x" % item if item[0].endswith("_base") else
                 "%s: %s" % item for item in self.figures.items()]
        if self.row:
            lines += ["hints: %d" % len(self.hints), "placing: " + self.row]
        return lines

    def memblock(self, entries):
        return ["%4d: 0x%016x..0x%016x %s%s" %
                (at, base, end - 1, name,
                 " (%s)" % ", ".join(flags) if flags else "")
                for at, (base, end, name, flags) in enumerate(entries)]

    def layout(self):
        """Whole pages (R4); what lies inside something stands below it."""
        items = [(*each, "RAM") for each in self.ram]
        items += [(base // PAGE * PAGE, -(-end // PAGE) * PAGE, name)
                  for base, end, name, _ in self.reserved]
        items += [(*each, "free") for each in self.free]
        if self.heap is not None:
            items.append((self.heap, self.heap + self.figures["heap_bytes"],
                          "heap"))
        lines, around = [], []
        for base, end, name in sorted(items, key=lambda i: (i[0], -i[1])):
            while around and around[-1] < end:
                around.pop()
            lines.append("%s%012x-%012x : %s" %
                         ("  " * len(around), base, end - 1, name))
            if len(around) < DEEPEST:
                around.append(end)
        return lines

    def pagetables(self):
        lines = ["boot_pool_tables: %d" % BOOT_POOL]
        for name, leaf in LEAVES.items():
            levels = self.tables.get(leaf)
            if not levels:
                continue
            lines += ["tables_%s_level%d: %d" % (name, *each)
                      for each in enumerate(levels)]
            lines += ["tables_%s: %d" % (name, sum(levels)),
                      "boot_pool_suffices_%s: %s" %
                      (name, "yes" if sum(levels) <= BOOT_POOL else "no")]
        return lines

    def text(self, name):
        """One of FILES as debugfs gives it, but for what needs a kernel."""
        free = [(start, end, "free, with the heap" if self.heap is not None
                 and start <= self.heap < end else "free", ())
                for start, end in self.free]
        lines = {
            "summary": self.summary,
            "memory": lambda: self.memblock(self.memory),
            "reserved": lambda: self.memblock(self.reserved),
            "free": lambda: self.memblock(free),
            "layout": self.layout,
            "map": lambda: Picture(self).lines(),
            "buddyinfo": lambda: [
                "%-8s" % name + "".join(" %6d" % number for number in numbers)
                for name, numbers in (("order", range(ORDERS)),
                                      ("plan", self.counts))],
            "pagetables": self.pagetables,
            "warnings": lambda: self.warnings,
            "hints": lambda: self.hints,
        }[name]()
        return "".join(line + "\n" for line in lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("blobs", nargs="+", metavar="FILE.dtb")
    parser.add_argument("--memreserve", action="store_true",
                        help="count /memreserve/, as where a blob is given")
    parser.add_argument("--root", default="/", metavar="PATH",
                        help="the node that describes the machine")
    parser.add_argument("--linux", default=DEFAULT, choices=ROWS, metavar="ROW",
                        help="the Linux that places nodes without an address")
    args = parser.parse_args()
    sys.stdout.reconfigure(errors="surrogateescape")
    for path in args.blobs:
        try:
            with open(path, "rb") as blob:
                oracle = Oracle(blob.read(), args.memreserve, args.root,
                                args.linux)
        except (BadBlob, OSError) as error:
            print("oracle: %s: %s" % (path, error), file=sys.stderr)
            sys.exit(2)
        for name in FILES:
            print("== %s: %s" % (path, name), oracle.text(name), sep="\n",
                  end="")


if __name__ == "__main__":
    main()
