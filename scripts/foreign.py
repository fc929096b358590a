# SPDX-License-Identifier: GPL-2.0-only
"""The device tree blob of another machine: what of it a guest gets.

Either its memory becomes the guest's own, or, where the guest cannot have such
memory, the tree is described to the module: machine=/buddy-shadow-dtb.
"""

import re

import fdt

MOST_BYTES = 64 << 20  # of a file; Linux takes 2 MiB of a blob
MOST_SPLIT = 1 << 40  # of RAM= where a range of reg has less than 4 GiB
DESCRIPTION = "buddy-shadow-dtb"
INITRD = ("linux,initrd-start", "linux,initrd-end")
# dtc makes new ones; nothing else of that machine refers to the old.
NOT_KEPT = ("name", "phandle", "linux,phandle")
ADDED = "buddy-shadow-ram"
# As the module's own parameters take numbers.
BANK = re.compile(r"(0x[0-9a-f]+|[0-9]+)([kmgt]?),(0x[0-9a-f]+|[0-9]+)([kmgt]?)",
                  re.I)
REGION = """/ {{
	buddy-shadow {{
		compatible = "buddy-shadow,region";
		memory-region = <&{{{pool}}}>;
	}};
}};
"""


def _bytes(path):
    try:
        with open(path, "rb") as file:
            return file.read(MOST_BYTES)
    except OSError as error:
        raise fdt.FdtError(f"{error.strerror}, expected a device tree blob") \
            from error


def _load(data):
    try:
        return fdt.load(data)
    except fdt.FdtError as error:
        raise fdt.FdtError(f"not a valid device tree blob: {error}") from error


def _number(digits, letter):
    octal = len(digits) > 1 and digits.isdecimal() and digits[0] == "0"
    return int(digits, 8 if octal else 0) << 10 * " kmgt".index(
        letter.lower() or " ")


def banks(text):
    """[(address, bytes, as it was written)] of what RAM= says."""
    found = []
    for word in text.split():
        try:
            parts = BANK.fullmatch(word).groups()
            base, size = _number(*parts[:2]), _number(*parts[2:])
        except (AttributeError, ValueError):
            base = size = 0
        if not size or base + size > fdt.END_OF_ADDRESSES:
            raise fdt.FdtError(f"RAM={word}: expected BASE,SIZE in bytes, for "
                               "example 0x80000000,2G; several with blanks "
                               "between them")
        found.append((base, size, word))
    return found


def is_memory(node):
    return node.string("device_type") == "memory"


def available(node):
    return "status" not in node.props or node.string("status") in ("ok", "okay")


def _unique(nodes):
    """dtc would make one node of two that have the same name."""
    seen = set()
    for node in nodes:
        if node.name in seen:
            node.name = f"{node.name.partition('@')[0]}@again-{len(seen)}"
        seen.add(node.name)
    return nodes


def copies(nodes):
    """The nodes without what a guest's own tree has to say."""
    return _unique([fdt.Node(node.name, {
        name: value for name, value in node.props.items()
        if name not in NOT_KEPT}, copies(node.children)) for node in nodes])


def _cell(number, cells, word):
    """The number in so many cells; `word` is what the user wrote."""
    if number >> 32 * cells:
        raise fdt.FdtError(f"RAM={word}: its root has one cell for an address, "
                           f"{number:#x} needs two")
    return number.to_bytes(4 * cells, "big")


def _reg(added, cells):
    """The value of reg. Large banks become several where sizes have a cell."""
    value = b""
    for base, size, word in added:
        if cells[1] == 1 and size > MOST_SPLIT:
            raise fdt.FdtError(f"RAM={word}: its root has one cell for a size, "
                               f"expected at most {MOST_SPLIT} bytes")
        while size:
            piece = size if cells[1] == 2 else min(size, 2 << 30)
            value += _cell(base, cells[0], word) + _cell(piece, cells[1], word)
            base, size = base + piece, size - piece
    return value


class Foreign:
    """What is kept of a blob.

    `ram` is more memory, as a boot loader adds it: BASE,SIZE, several with
    blanks between them.
    """

    def __init__(self, path, ram=""):
        data = _bytes(path)
        blob = _load(data)
        root = blob.root
        self.notes = []
        if (blobs := fdt.count(data)) > 1:
            self.notes.append(f"{path} holds {blobs} device tree blobs, one "
                              "after the other: the first is taken")
        self.memreserve = blob.memreserve
        self.cells = root.cells()
        self.root_cells = {name: root.props[name] for name in fdt.CELLS
                           if name in root.props}
        self.memory = copies(
            node for node in root.children
            if is_memory(node) or node.named("memory"))
        self.reserved = copies(node for node in root.children
                              if node.named("reserved-memory"))
        self.chosen = copies(fdt.Node(node.name, {
            name: node.props[name] for name in INITRD if name in node.props})
            for node in root.children if node.named("chosen"))
        if added := banks(ram):
            self._add(added)

    def _add(self, added):
        if 0 in self.cells:
            raise fdt.FdtError("its root's #address-cells and #size-cells are "
                               "malformed, so RAM= cannot be added")
        self.memory.append(fdt.Node(ADDED, {
            "device_type": b"memory\0", "reg": _reg(added, self.cells)}))

    def _pool(self):
        """The path of the first CMA pool, or None."""
        for above in self.reserved[:1]:
            for node in above.children:
                if (b"shared-dma-pool\0" in node.props.get("compatible", b"")
                        and "reusable" in node.props and available(node)):
                    return f"/{above.name}/{node.name}"
        return None

    def as_own(self, cells):
        """Text for dtc: the guest has this memory itself."""
        numbers = {name: number.to_bytes(4, "big")
                   for name, number in zip(fdt.CELLS, cells)}
        text = fdt.text(fdt.Node("/", numbers, self.memory + self.reserved))
        if pool := self._pool():
            text += "\n" + REGION.format(pool=pool)
        return f"{text}\n"

    def as_description(self):
        """Text for dtc: a node for machine=."""
        node = fdt.Node(DESCRIPTION, self.root_cells,
                        self.memory + self.reserved + self.chosen)
        return f"{fdt.text(fdt.Node('/', {}, [node]))}\n"
