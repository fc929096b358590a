# SPDX-License-Identifier: GPL-2.0-only
"""The file `map` of a machine, said a second time: which cell shows what."""

PAGE = 4096
COLUMNS = 64
ROWS = 16
ADDRESSES = 16  # of one kind
UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")
# What covers the others comes first.
KINDS = {"overlap": "!", "mem_map": "M", "heap": "H", "image": "K",
         "initrd": "I", "blob": "D", "reserved": "#", "CMA": "C", "free": "."}
OF_TARGET = {"kernel": "image", "image": "image", "initrd": "initrd",
             "blob": "blob"}


def words(size):
    """In the largest unit of which there is one; hundredths are cut off."""
    power = max(size.bit_length() - 1, 0) // 10
    whole, rest = divmod(size * 100 >> 10 * power, 100)
    return f"{whole}.{rest:02} {UNITS[power]}" if rest else \
        f"{whole} {UNITS[power]}"


def kind_of(name, flags):
    """Entries that are no node have a tuple for flags."""
    if isinstance(flags, tuple) and name in OF_TARGET:
        return OF_TARGET[name]
    return "CMA" if "reusable" in flags else "reserved"


def overlaps(ranges):
    """What lies over something that began before, but is not the same."""
    found, before = [], None
    for start, end in sorted(ranges, key=lambda one: (one[0], -one[1])):
        if before and start < before[1] and (start, end) != before:
            found.append((start, min(end, before[1])))
        if not before or end > before[1]:
            before = (start, end)
    return found


def rows_of(ram, size):
    """The numbers of the rows in which there is RAM, the lowest first."""
    numbers, following = [], 0
    for start, end in ram:
        first = max(start // size, following)
        following = (end - 1) // size + 1
        numbers.append(range(first, following))
    return numbers


class Picture:
    """All ends are behind the last byte."""

    def __init__(self, oracle):
        self.ram = oracle.ram
        taken = [(start // PAGE * PAGE, -(-end // PAGE) * PAGE, name, flags)
                 for start, end, name, flags in oracle.reserved
                 if name != "mem_map"]
        self.things = [(start, end, kind_of(name, flags))
                       for start, end, name, flags in taken]
        for group in ([one[:2] for one in taken if isinstance(one[3], list)],
                      [one[:2] for one in self.things
                       if one[2] in OF_TARGET.values()]):
            self.things += [(*one, "overlap") for one in overlaps(group)]
        self.things += [(*one, "free") for one in oracle.free]
        size = oracle.figures["mem_map_bytes"]
        if oracle.placed:
            base = oracle.figures["mem_map_base"]
            self.things.append((base, base + -(-size // PAGE) * PAGE,
                                "mem_map"))
        if oracle.heap is not None:
            self.things.append((oracle.heap, oracle.heap +
                                oracle.figures["heap_bytes"], "heap"))
        self.things.sort()
        self.cell = PAGE
        largest = max((end - start for start, end in self.ram), default=0)
        while self.cell < largest and \
                sum(map(len, rows_of(self.ram, self.row))) > ROWS:
            self.cell *= 2

    @property
    def row(self):
        return self.cell * COLUMNS

    def cells(self, base):
        """The characters of the row that begins at @base."""
        shown = [" "] * COLUMNS
        for kind, sign in reversed(KINDS.items()):
            for start, end, other in self.things:
                if other == kind and start < base + self.row and end > base:
                    first = (max(start, base) - base) // self.cell
                    last = (min(end, base + self.row) - 1 - base) // self.cell
                    shown[first:last + 1] = sign * (last + 1 - first)
        return "".join(shown)

    def rows(self):
        numbers = [number for some in rows_of(self.ram, self.row)
                   for number in some[:ROWS]][:ROWS]
        wide = self.ram[-1][1] > 1 << 48
        for at, number in enumerate(numbers):
            base = number * self.row
            if at and number != numbers[at - 1] + 1:
                below = max(end for _, end in self.ram if end <= base)
                above = min(start for start, _ in self.ram if start >= base)
                yield f"{'':13}hole of {words(above - below)}"
            yield f"{base:016x}{self.cells(base)}" if wide else \
                f"{base:012x} |{self.cells(base)}|"
        end = (numbers[-1] + 1) * self.row
        more = [(max(start, end), stop) for start, stop in self.ram
                if stop > end]
        if more:
            size = sum(stop - start for start, stop in more)
            yield (f"{'':13}{len(more)} more bank{'s' * (len(more) > 1)} from "
                   f"{more[0][0]:#x} on, together {words(size)}")

    def legend(self, kind, sign):
        found = [one[:2] for one in self.things if one[2] == kind]
        # What lies in several of them counts once.
        size, covered = 0, 0
        for start, end in found:
            size += max(end - max(start, covered), 0)
            covered = max(covered, end)
        text = f"{sign} {kind:10} {words(size)}"
        if len(found) == 1:
            return [f"{text} at {found[0][0]:#x}"]
        text += f" in {len(found)} ranges"
        small = [start for start, end in found if end - start < self.cell]
        lines, before = [text], "; smaller than a cell: "
        for start in small[:ADDRESSES]:
            if len(f"{lines[-1]}{before}{start:#x},") > 80:
                lines[-1] += before[:-1]
                lines.append(f"{'':13}{start:#x}")
            else:
                lines[-1] += f"{before}{start:#x}"
            before = ", "
        if len(small) > ADDRESSES:
            lines.append(f"{'':13}and {len(small) - ADDRESSES} more")
        return lines

    def lines(self):
        if not self.ram:
            return ["there is no RAM"]
        lines = [*self.rows(), "",
                 f"A cell is {words(self.cell)}, a row {words(self.row)}."]
        for kind, sign in KINDS.items():
            if any(one[2] == kind for one in self.things):
                lines += self.legend(kind, sign)
        return lines
