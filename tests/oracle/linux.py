# SPDX-License-Identifier: GPL-2.0-only
"""Where a Linux places the nodes of /reserved-memory that have no address (R2).

Written from Linux's sources alone, of each release in its own words: what is
scanned, what is sorted, what memblock gives. It shares nothing with dt/.
"""
from bisect import bisect_left
from dataclasses import dataclass, field

KIB, MIB = 1 << 10, 1 << 20
TOP = 1 << 64
CACHE_LINE = 64
# Release and build: MAX_RESERVED_REGIONS, PAGE_SIZE, CMA's alignment.
LIMITS = {
    "5.10": (64, 4 * KIB, 4 * MIB), "5.15": (64, 4 * KIB, 4 * MIB),
    "5.15-gki": (128, 4 * KIB, 4 * MIB), "6.1": (64, 4 * KIB, 2 * MIB),
    "6.1-gki": (128, 4 * KIB, 4 * MIB), "6.6": (64, 4 * KIB, 2 * MIB),
    "6.6-gki": (128, 4 * KIB, 4 * MIB), "6.6-gki-16k": (128, 16 * KIB, 32 * MIB),
    "6.12": (64, 4 * KIB, 2 * MIB), "6.12-16k": (64, 16 * KIB, 32 * MIB),
    "7.x": (64, 4 * KIB, 2 * MIB), "7.x-16k": (64, 16 * KIB, 32 * MIB),
}
ROWS = tuple(LIMITS)
# A kernel of our own, of pages without huge ones.
LIMITS["6.1-own"] = (64, 4 * KIB, 4 * MIB)
DEFAULT = "6.1-gki"  # the Pixel 6's


@dataclass(eq=False)
class Region:
    """An element of reserved_mem[]."""

    node: object
    base: int = 0
    size: int = 0
    dynamic: bool = False

    @property
    def end(self):
        return (self.base + self.size) % TOP


@dataclass
class Want:
    """The properties of a dynamic node, as far as they are no nonsense."""

    size: int
    align: int
    windows: list  # None: all addresses
    pool: bool
    no_map_pool: bool = False  # neither of the two setups of a pool takes it


@dataclass
class Memblock:
    """Lists of (start, end); those of memory ascend and do not touch."""

    memory: list = field(default_factory=list)
    reserved: list = field(default_factory=list)
    nomap: list = field(default_factory=list)

    @staticmethod
    def joined(ranges):
        done = []
        for start, end in sorted(ranges):
            if done and start <= done[-1][1]:
                done[-1][1] = max(done[-1][1], end)
            else:
                done.append([start, end])
        return done

    def free(self):
        """What for_each_free_mem_range() goes through."""
        holes = self.joined(self.reserved + self.nomap)
        starts = [start for start, _ in holes]
        for start, end in self.memory:
            at = max(bisect_left(starts, start) - 1, 0)
            while start < end and at < len(holes) and holes[at][0] < end:
                if start < holes[at][0]:
                    yield start, holes[at][0]
                start = max(start, holes[at][1])
                at += 1
            if start < end:
                yield start, end

    def find(self, size, align, start, end, bottom_up):
        """memblock_find_in_range_node()"""
        end = max(start, end)
        ranges = list(self.free())
        for low, high in ranges if bottom_up else reversed(ranges):
            low, high = (min(max(each, start), end) for each in (low, high))
            if bottom_up:
                base = -(-low // align) * align
                if base < high and high - base >= size:
                    return base
            elif high >= size and (high - size) // align * align >= low:
                return (high - size) // align * align
        return 0


def overlap(ranges, start, end):
    return any(low < end and start < high for low, high in ranges)


def heapsort(items, key):
    """lib/sort.c; who is equal comes in the order that falls out of it."""
    def settle(root, end):
        path = [root]
        while 2 * path[-1] + 1 < end:
            left, right = 2 * path[-1] + 1, 2 * path[-1] + 2
            path.append(left if right == end or
                        key(items[left]) >= key(items[right]) else right)
        while len(path) > 1 and key(items[root]) >= key(items[path[-1]]):
            path.pop()
        values = [items[at] for at in path]
        for at, value in zip(path, values[1:] + values[:1]):
            items[at] = value

    for root in reversed(range(len(items) // 2)):
        settle(root, len(items))
    for end in reversed(range(1, len(items))):
        items[0], items[end] = items[end], items[0]
        settle(0, end)


class Linux:
    """One that boots with a tree, up to where all nodes have their places."""

    def __init__(self, row, ram, memreserve):
        self.row = row
        self.release = tuple(
            int(part) if part != "x" else 99
            for part in row.split("-")[0].split("."))
        self.limit, self.page, self.cma = LIMITS[row]
        if self.release >= (6, 12):
            memreserve = ()  # early_init_fdt_scan_reserved_mem() has them last
        banks = [(-(-start // self.page) * self.page,
                  end // self.page * self.page) for start, end in ram]
        self.memblock = Memblock(
            Memblock.joined(each for each in banks if each[0] < each[1]),
            list(memreserve), [])
        self.memreserve, self.before = list(memreserve), []
        self.array, self.given = [], {}

    @property
    def deep(self):
        """of_scan_flat_dt() went through the whole tree; since 5.18 it does not."""
        return self.release < (5, 18)

    def scanned(self, top):
        for node in top.children:
            yield node
            if self.deep:
                yield from self.scanned(node)

    @staticmethod
    def available(node):
        return node.props.get("status", b"ok\0").split(b"\0")[0] in \
            (b"ok", b"okay") and node.props.get("status", b"\0")[-1:] == b"\0"

    def full(self):
        return len(self.array) == self.limit

    def reserve(self, node, base, end):
        block = self.memblock
        if "no-map" not in node.props:
            block.reserved.append((base, end))
            self.before.append((base, end))
        elif not (overlap(block.memory, base, end) and
                  overlap(self.before, base, end)):
            block.nomap.append((base, end))

    def scan(self, top, cells):
        """Fixed nodes are reserved, dynamic ones noted."""
        late = self.release >= (6, 12)  # fixed nodes get into the array later
        for node in self.scanned(top):
            if not self.available(node):
                continue
            reg = node.props.get("reg")
            if reg is None:
                if "size" in node.props and not self.full():
                    self.array.append(Region(node, dynamic=True))
                continue
            width = 4 * sum(cells)
            if len(reg) % width:
                continue
            for at in range(0, len(reg), width):
                middle = at + 4 * cells[0]
                base = int.from_bytes(reg[at:middle], "big")
                size = int.from_bytes(reg[middle:at + width], "big")
                if 0 < size <= TOP - base:  # R6: else it is skipped
                    self.reserve(node, base, base + size)
                if not at and not late and not self.full():
                    self.array.append(Region(node, base, size))

    def order(self):
        """__rmem_check_for_overlap(): since 6.6 no two are equal, since 6.12 places
        are given before."""
        if self.release < (6, 6):
            heapsort(self.array, lambda region: (region.base, region.size))

    def bottom_up(self, start, end, done):
        """__reserved_mem_alloc_in_range()"""
        if self.release < (6, 6):
            return False
        known = [region for region in done if region.size]
        return any(region.base <= start <= region.end for region in known) and \
            not any(region.base <= end <= region.end for region in known)

    def place(self, top, cells, wanted):
        """@wanted(node, cells): a Want, or None where a property is nonsense."""
        # Each /reserved-memory is read as if it were the only one.
        self.array, self.before = [], list(self.memreserve)
        self.scan(top, cells)
        self.order()
        done = [region for region in self.array if not region.dynamic]
        for region in [each for each in self.array if each.dynamic]:
            want = wanted(region.node, cells)
            if not want:
                continue
            base = self.alloc(want, done)
            if not base:
                continue
            region.base, region.size = base, want.size
            if self.fails(want):
                if self.release >= (7,):
                    continue  # and is forgotten
            else:
                self.memblock.reserved.append((base, base + want.size))
            done.append(region)
            self.given[id(region.node)] = base

    def alloc(self, want, done):
        align = want.align or CACHE_LINE
        if want.pool:
            align = max(align, self.cma)
        if want.windows is None:
            return self.memblock.find(want.size, align, self.page, TOP, False)
        for start, end in want.windows:
            low = self.bottom_up(start, end % TOP, done)
            base = self.memblock.find(want.size, align, max(start, self.page),
                                      end, low)
            if base:
                return base
        return 0

    def fails(self, want):
        """rmem_cma_setup() wants a size of whole blocks. Before
        memblock_clear_nomap(), what was removed was added again."""
        if want.no_map_pool:
            return self.release < (5, 15)
        return want.pool and want.size % self.cma
