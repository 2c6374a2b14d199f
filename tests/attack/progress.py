"""What a campaign has counted, in a file that its process and the runner map: it outlives a crash."""

import mmap
import struct

#: int64 each, in this order; tests/attack/attack.h has the same. case: the number of the case being tried;
#: beat: changes whenever the campaign gets on.
NAMES = ("case", "beat", "tried", "refused", "accepted", "crash", "hang", "leak", "wrong")
BYTES = 8 * len(NAMES)


class Progress:
    """The numbers, by name."""

    def __init__(self, path):
        self.path = path
        with open(path, "r+b") as file:
            self._map = mmap.mmap(file.fileno(), BYTES)

    @classmethod
    def create(cls, path):
        """Make the file, all zero."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes(BYTES))
        return cls(path)

    def __getitem__(self, name):
        return struct.unpack_from("=q", self._map, 8 * NAMES.index(name))[0]

    def __setitem__(self, name, value):
        struct.pack_into("=q", self._map, 8 * NAMES.index(name), value)

    def add(self, name, count=1):
        self[name] += count
