"""Every reader of data against a parser written in Python: truncations, flips, lying headers, streams and
tails of compressed files, bombs. A reader is an entry of READERS: how cases are made, what its oracle says of the bytes,
and what the library or the program says."""

import bz2
import ctypes
import gzip
import io
import json
import lzma
import math
import os
import resource
import struct
import zipfile

import array_formats
import attack
import csv_format
import idx_format
import library
import libsvm_format
from library import abi, lib

IDX_SEEDS = (
    idx_format.build(0x08, (2, 2, 2), range(8)),
    idx_format.build(0x0D, (3, 2), [1, -2.5, 0, 3e38, 1e-45, 7]),
    idx_format.build(0x0E, (2, 1), [1.5, -1e308]),
    idx_format.build(0x08, (5,), [0, 1, 2, 1, 0]),
    idx_format.build(0x0B, (3,), [-32768, 0, 32767]),
    idx_format.build(0x0C, (2,), [-(2**31), 2**31 - 1]),
    idx_format.build(0x09, (2,), [-128, 127]),
    idx_format.build(0x08, (0, 3), []),
)
WORDS = (0, 1, 0x7F, 0x80, 0xFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


def mutate(content, random):
    """The bytes with up to three changes."""
    content = bytearray(content)
    for _ in range(random.randint(0, 3)):
        kind, at = random.randrange(6), random.randrange(len(content) + 1)
        if kind == 0:
            del content[at:]
        elif kind == 1 and at < len(content):
            content[at] ^= 1 << random.randrange(8)
        elif kind == 2:
            content[at : at + 4] = struct.pack(">I", random.choice(WORDS))
        elif kind == 3:
            content[at:at] = random.randbytes(random.randint(1, 9))
        elif kind == 4:
            del content[at : at + random.randint(1, 9)]
        elif at < len(content):
            content[at] = random.choice((0, 1, 8, 9, 0x0B, 0x0D, 0x0E, 0xFF))
    return bytes(content)


def packed(content, random):
    """A compressed file of the bytes, in one or more streams; of gzip's some with names and comments."""
    cut = random.randrange(len(content) + 1)
    parts = [content] if random.random() < 0.6 else [content[:cut], content[cut:]]
    other = random.choice((None, None, bz2.compress, lzma.compress))
    if other is not None:
        return b"".join(map(other, parts))
    members = b""
    for part in parts:
        whole = gzip.compress(part, random.choice((0, 1, 9)), mtime=0)
        if random.random() < 0.2:
            whole = whole[:3] + bytes([0x08]) + whole[4:10] + b"a name\0" + whole[10:]
        members += whole
    return members


def idx_case(random):
    content = mutate(random.choice(IDX_SEEDS), random)
    kind = random.random()
    if kind < 0.4:
        return content
    content = packed(content, random)
    if kind < 0.6:
        return mutate(content, random)
    if kind < 0.65:
        return content + random.choice((b"\0", b"tail", gzip.compress(b""), b"\x1f", b"\x1f\x8b"))
    if kind < 0.66:  # a bomb: a megabyte of zeros in a kilobyte, of a true size or one that lies
        size = random.choice((1 << 20, (1 << 20) + 1))
        head = idx_format.build(0x08, (0,), [])[:4] + struct.pack(">I", size)
        return gzip.compress(head + bytes(1 << 20), 9, mtime=0)
    return content


def idx_samples_oracle(content):
    code, dimensions, values = idx_format.parse(content)
    return idx_format.TYPES[code][2], dimensions[0], math.prod(dimensions[1:]), list(dimensions[1:]), values


def idx_labels_oracle(content):
    code, dimensions, values = idx_format.parse(content)
    if code in (0x0D, 0x0E) or len(dimensions) != 1:
        raise idx_format.Invalid("no labels")
    return values


#: dtype of a matrix: its elements. Half floats are compared as bits.
ELEMENTS = {
    1: ctypes.c_uint8, 2: ctypes.c_float, 3: ctypes.c_double, 4: ctypes.c_int8, 5: ctypes.c_int16, 6: ctypes.c_uint16,
    7: ctypes.c_uint16, 8: ctypes.c_uint16, 9: ctypes.c_int32, 10: ctypes.c_int64,
}  # fmt: skip


class LibraryReader:
    """A reader of the library: status, message, and what it read."""

    REFUSALS = (library.FORMAT, library.MEMORY)

    def __init__(self, campaign):
        self.ctx = library.Context()
        self.path = os.fsencode(campaign.folder / "file")

    def read(self, content):
        """(what was read, or None; the message)."""
        with open(self.path, "wb") as file:
            file.write(content)
        dataset = ctypes.c_void_p()
        status = self.open(dataset)
        message = self.ctx.message()
        if status != library.OK:
            refused = status in self.REFUSALS and message and not dataset
            return None, message if refused else b""
        found = self.content(dataset)
        lib.linclass_dataset_destroy(dataset)
        return found, b""


class IdxSamples(LibraryReader):
    def open(self, dataset):
        return lib.linclass_dataset_read_idx(self.ctx.handle, self.path, None, dataset)

    def content(self, dataset):
        view = abi.Matrix()
        lib.linclass_dataset_matrix(dataset, view, ctypes.sizeof(view))
        kind = ELEMENTS[view.dtype]
        shape = (ctypes.c_int64 * 255)()
        count = lib.linclass_dataset_sample_shape(dataset, ctypes.addressof(shape), 255)
        values = library.array(view.data, kind, view.rows * view.cols)
        return view.dtype, view.rows, view.cols, list(shape[:count]), values


class IdxLabels(LibraryReader):
    def open(self, dataset):
        return lib.linclass_dataset_read_idx_labels(self.ctx.handle, self.path, dataset)

    def content(self, dataset):
        view = abi.Matrix()
        lib.linclass_dataset_matrix(dataset, view, ctypes.sizeof(view))
        return library.array(lib.linclass_dataset_labels(dataset), ctypes.c_int64, view.rows)


LIBSVM_SEEDS = (
    b"+1 1:0.5 3:-2\n-1 2:3e2\n",
    b"1 0:0.5 2:-2\r\n0 1:3e2 # 5:6",
    b"# comment\n3 qid:7 1:1 2147483646:1\n\n -2\t\n",
    b"1.0 1:1 2:123456789012345678901234567890 3:.5\n1e2 4:1e-400 5:3.4028235e38\n",
)
LIBSVM_WORDS = (b" ", b"\n", b"#", b":", b"1:1", b"7:", b" 9:1", b"0:1 ", b"qid:1 ", b"-", b"+", b".", b"e9", b"e-9", b"1e39", b"inf", b"nan",
                b"1,2", b"9223372036854775808", b"-9223372036854775808", b"\r", b"\t", b"\0", b"\xff", b"0x1", b"2147483647:1")  # fmt: skip


def spliced(seeds, words, random):
    """One of the seeds with words put in, bytes taken out and lines doubled."""
    content = random.choice(seeds)
    for _ in range(random.randint(0, 4)):
        at = random.randrange(len(content) + 1)
        kind = random.randrange(4)
        if kind < 2:
            content = content[:at] + random.choice(words) + content[at:]
        elif kind == 2:
            content = content[:at] + content[at + random.randint(1, 5) :]
        else:
            content += content[at:]
    return content


def libsvm_case(random):
    return spliced(LIBSVM_SEEDS, LIBSVM_WORDS, random)


CSV_SEEDS = (
    b"1,2.5,a\n3,4,b\n",
    b'"x, y",1\r\n"say ""hi""",2\r\n\r\nNA,-3e-2',
    b'\xef\xbb\xbf1\n\n3\n"4"\n',
    b"5.1,3.5,1.4,0.2,Iris-setosa\n7.0, 3.2 ,4.7,1.4,Iris-versicolor\n?,,1,1,\xc3\xa4\n\n",
    b'a,"line\nbreak"\nb,c\n',
    b"1,2\r3,4\r\r5,x\r",
    b"# comment, of two\n#\n\n1,2\n3,4\n",
    b"sep=;\r\n#1,2\r\n# 3,4\r\n#5,6\r\n7,8\r\n",
)
CSV_WORDS = (b",", b"\n", b'"', b'""', b'",', b',"', b"\r\n", b"\r", b" ", b"\t", b"NA", b"inf", b"-Infinity", b"1e400", b"1e39", b"nan",
             b"0x1", b"1,5", b"#", b"\n#", b"sep=,\n", b"\0", b"\xff", b"\xc3", b"'", b";", b"\n\n", b".", b"e5", b"-", b"+")  # fmt: skip


def csv_case(random):
    return spliced(CSV_SEEDS, CSV_WORDS, random)


class DataReader(LibraryReader):
    """linclass_dataset_read of the format FORMAT."""

    REFUSALS = (library.FORMAT, library.MEMORY, library.UNSUPPORTED, library.LABEL)

    def __init__(self, campaign):
        super().__init__(campaign)
        self.options = abi.ReadOptions()
        lib.linclass_read_options_init(self.options, ctypes.sizeof(self.options))
        self.options.format = self.FORMAT

    def open(self, dataset):
        return lib.linclass_dataset_read(self.ctx.handle, self.path, self.options, dataset)


class Libsvm(DataReader):
    FORMAT = b"libsvm"

    def content(self, dataset):
        view = abi.Matrix()
        lib.linclass_dataset_matrix(dataset, view, ctypes.sizeof(view))
        starts = library.array(view.row_starts, ctypes.c_int64, view.rows + 1)
        columns = library.array(view.columns, ctypes.c_int32, starts[-1])
        values = library.array(view.data, ctypes.c_float, starts[-1]) or [1.0] * starts[-1]
        pairs = list(zip(columns, values))
        labels = library.array(lib.linclass_dataset_labels(dataset), ctypes.c_int64, view.rows)
        return labels, [pairs[a:b] for a, b in zip(starts, starts[1:])], view.cols


NPY_TYPES = ("|b1", "|u1", "|i1", "<u2", ">i2", "<i4", ">i8", "<f2", "<f4", ">f8", "<u4", ">u8")
NPY_WORDS = (b"'", b"(", b")", b",", b"True", b"False", b" ", b"\n", b"0", b"9", b"'shape': ", b"<", b">", b"f4", b"O",
             b"99999999999999999999", b"4611686018427387904", b"{", b"}", b"\"", b"\\", b"[", b"]", b"U", b"\0")  # fmt: skip


def some_numbers(descr, count, random):
    if descr[1:] in ("f4", "f8"):
        return [random.choice((0.0, 1.0, -2.5, 3e38, 7.0)) for _ in range(count)]
    low, high = (0, 100) if descr[1] in "ub" or descr[1:] == "f2" else (-100, 100)
    return [random.choice((low, high, 1, 2)) for _ in range(count)]


def npy_case(random):
    shape = [random.choice((0, 1, 2, 3)) for _ in range(random.choice((0, 1, 2, 2, 3, 4)))]
    descr = random.choice(NPY_TYPES)
    content = array_formats.build_npy(
        descr, some_numbers(descr, math.prod(shape), random), shape, random.random() < 0.5, random.choice((1, 2, 3))
    )
    if random.random() < 0.4:
        content = spliced((content,), NPY_WORDS, random)
    content = mutate(content, random) if random.random() < 0.5 else content
    return content if random.random() < 0.8 else gzip.compress(content, mtime=0)


def npy_oracle(content):
    return array_formats.npy_samples(idx_format.unpack(content))


def archive(members, random):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        for name, content in members.items():
            file.writestr(f"{name}.npy", content, random.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)))
    return made.getvalue()


def damaged(content, random):
    return mutate(content, random) if random.random() < 0.2 else content


def npz_case(random):
    descr, kind, rows = random.choice(NPY_TYPES), random.choice(NPY_TYPES), random.randrange(4)
    count = rows + (random.random() < 0.1)
    return archive({
        "X": damaged(array_formats.build_npy(descr, some_numbers(descr, 2 * rows, random), (rows, 2)), random),
        "y": damaged(array_formats.build_npy(kind, some_numbers(kind, count, random), (count,)), random),
    }, random)  # fmt: skip


def sparse_case(random):
    form, index = random.choice(("csr", "csc", "coo")), random.choice(("<i4", "<i8", ">i4"))
    rows, cols, count = random.randrange(4), random.randrange(1, 4), random.randrange(7)
    first, second = ("row", "col") if form == "coo" else ("indices", "indptr")
    limits = {"csr": (cols, rows + 1), "csc": (rows, cols + 1), "coo": (rows, cols)}[form]
    wrong = random.random() < 0.1
    lists = [[random.randrange(-wrong, max(1, limits[0]) + wrong) for _ in range(count)]]
    if form == "coo":
        lists.append([random.randrange(-wrong, cols + wrong) for _ in range(count)])
    else:
        lists.append([0, *sorted(random.randrange(count + 1 + wrong) for _ in range(limits[1] - 2)), count][: limits[1]])
    build = array_formats.build_npy
    return archive({
        "format": build("|S3", [form.encode()], ()),
        "shape": build("<i8", (rows, cols), (2,)),
        "data": build("<f4", [random.choice((1.0, 2.0, -0.5)) for _ in range(count)], (count,)),
        first: build(index, lists[0], (count,)),
        second: build(index, lists[1], (len(lists[1]),)),
    }, random)  # fmt: skip


def tensors_case(random):
    rows = random.randrange(4)
    kind, other = random.choice(list(array_formats.TENSORS)), random.choice(("I64", "U8", "F32", "I32"))
    letter = array_formats.NUMBERS[array_formats.TENSORS[kind]][0]
    label = array_formats.NUMBERS[array_formats.TENSORS[other]][0]
    a = struct.pack(f"<{3 * rows}{letter}", *some_numbers("<" + array_formats.TENSORS[kind], 3 * rows, random))
    y = struct.pack(f"<{rows}{label}", *[random.randrange(9) for _ in range(rows)])
    slip = [random.choice((0, 0, 0, 0, 0, 0, 0, 1, -1)) for _ in range(4)]
    header = {
        "a": {"dtype": kind, "shape": [rows + max(0, slip[0]), 3], "data_offsets": [0, max(0, len(a) + slip[1])]},
        "labels": {"dtype": other, "shape": [rows],
                   "data_offsets": [max(0, len(a) + slip[2]), max(0, len(a) + len(y) + slip[3])]},
    }  # fmt: skip
    return array_formats.build_tensors(header, a + y)


class Samples(DataReader):
    """Dense samples, and labels if there are any."""

    REFUSALS = (*DataReader.REFUSALS, library.DIMENSION)

    def content(self, dataset):
        view = abi.Matrix()
        lib.linclass_dataset_matrix(dataset, view, ctypes.sizeof(view))
        values = library.array(view.data, ELEMENTS[view.dtype], view.rows * view.cols)
        places = [(i, j) for i in range(view.rows) for j in range(view.cols)]
        values = [values[i * view.row_stride + j * view.col_stride] for i, j in places] if values else []
        pointer = lib.linclass_dataset_labels(dataset)
        labels = library.array(pointer, ctypes.c_int64, view.rows) if pointer else None
        return view.dtype, view.rows, view.cols, values, labels


class Npy(Samples):
    FORMAT = b"npy"


class Npz(Samples):
    FORMAT = b"npz"

    def __init__(self, campaign):
        super().__init__(campaign)
        self.options.samples, self.options.label = b"X", b"y"


class Tensors(Samples):
    FORMAT = b"safetensors"

    def __init__(self, campaign):
        super().__init__(campaign)
        self.options.samples, self.options.label = b"a", b"labels"


class Sparse(DataReader):
    FORMAT = b"npz"

    def content(self, dataset):
        view = abi.Matrix()
        lib.linclass_dataset_matrix(dataset, view, ctypes.sizeof(view))
        starts = library.array(view.row_starts, ctypes.c_int64, view.rows + 1)
        columns = library.array(view.columns, ELEMENTS[view.column_dtype], starts[-1])
        values = library.array(view.data, ELEMENTS[view.dtype], starts[-1])
        elements = {}
        for i, (begin, end) in enumerate(zip(starts, starts[1:])):
            ascending = all(a < b for a, b in zip(columns[begin:end], columns[begin + 1 : end]))
            elements.update({(i, columns[e]): values[e] for e in range(begin, end)} if ascending else {None: i})
        return view.rows, view.cols, elements


class Csv(DataReader):
    FORMAT = b"csv"

    def __init__(self, campaign):
        super().__init__(campaign)
        self.options.delimiter, self.options.quote, self.options.header = ord(","), ord('"'), 0
        self.options.missing, self.options.layout = 2, 0

    def content(self, dataset):
        view = abi.Matrix()
        lib.linclass_dataset_matrix(dataset, view, ctypes.sizeof(view))
        kind = {abi.UINT8: ctypes.c_uint8, abi.FLOAT32: ctypes.c_float}[view.dtype]
        values = library.array(view.data, kind, view.rows * view.cols)
        return view.rows, view.cols, list(map(float, values))


WEIGHTS = 6
#: The valid ones are multiples of 1/8: their sum is exact in any order.
WEIGHT_WORDS = (b"1", b"0", b"0.5", b"125e-3", b"+2", b"-1", b"nan", b"inf", b"1e999", b"1,5", b"0x10", b"", b" 1", b"1 ",
                b"1\r", b"1\r2", b"1\0", b"1\x0019", b"\xff", b"2e", b".5", b"5.", b"1e+2", b"--1")  # fmt: skip


def weights_case(random):
    lines = [
        random.choice(WEIGHT_WORDS[:5] if random.random() < 0.9 else WEIGHT_WORDS) for _ in range(WEIGHTS)
    ]
    for _ in range(random.randrange(2)):
        lines[random.randrange(len(lines)) :] = []
    content = random.choice((b"\n", b"\r\n")).join(lines)
    return content + random.choice((b"", b"\n", b"\r\n", b"\n\n", b"\n1"))


def weights_oracle(content):
    """A decimal number >= 0 on each line, which ends in LF or CR LF; all of the line is the number."""
    lines = content.split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    numbers = []
    for line in lines:
        text = line.removesuffix(b"\r")
        if not text or not all(byte in b"0123456789+-.eE" for byte in text):
            raise idx_format.Invalid("a line")
        try:
            numbers.append(float(text))
        except ValueError:
            raise idx_format.Invalid("a line") from None
    if len(numbers) != WEIGHTS or not all(math.isfinite(w) and w >= 0 for w in numbers) or not any(numbers):
        raise idx_format.Invalid("the numbers")
    return math.fsum(numbers)


class Weights:
    """--sample-weights of the program; what it read shows in the total weight that it reports."""

    def __init__(self, campaign):
        self.campaign = campaign
        self.path = campaign.folder / "weights"
        self.images, self.labels = campaign.folder / "images", campaign.folder / "labels"
        self.images.write_bytes(idx_format.build(0x08, (WEIGHTS, 2), range(2 * WEIGHTS)))
        self.labels.write_bytes(idx_format.build(0x08, (WEIGHTS,), [0, 1] * (WEIGHTS // 2)))

    def read(self, content):
        self.path.write_bytes(content)
        ended = self.campaign.linclass(
            "train", "--images", self.images, "--labels", self.labels, "--sample-weights", self.path, "--json",
            "--model", self.campaign.folder / "model", "--epochs=1", "--threads=1", "--solver=sgd",
        )  # fmt: skip
        if ended is None:
            return None, b"counted"
        if ended.status != 0:
            return None, ended.stderr.encode() if ended.status == 3 else b""
        return json.loads(ended.stdout)["total_weight"], b""


#: name: (cases, oracle, reader, share of the cases)
READERS = {
    "idx samples": (idx_case, idx_samples_oracle, IdxSamples, 40),
    "idx labels": (idx_case, idx_labels_oracle, IdxLabels, 40),
    "npy": (npy_case, npy_oracle, Npy, 30),
    "npz": (npz_case, array_formats.npz_samples, Npz, 20),
    "sparse": (sparse_case, array_formats.sparse_rows, Sparse, 20),
    "safetensors": (tensors_case, array_formats.tensor_samples, Tensors, 20),
    "csv": (csv_case, csv_format.parse, Csv, 40),
    "libsvm": (libsvm_case, libsvm_format.parse, Libsvm, 40),
    "weights": (weights_case, weights_oracle, Weights, 1),
}


def same(found, want):
    """Equal, a NaN being equal to a NaN."""
    return repr(found) == repr(want) or found == want


def judge(campaign, name, oracle, reader, content):
    try:
        want = oracle(content)
    except idx_format.Invalid:
        want = None
    before = campaign.counts["tried"]
    found, message = reader.read(content)
    if campaign.counts["tried"] != before:
        return
    if found is not None:
        campaign.check(
            want is not None and same(found, want), f"{name}: read {found!r:.80}, not {want!r:.80}", content
        )
    elif not message:
        campaign.wrong(f"{name}: refused in a way that is not documented, or without a message", content)
    elif want is not None:
        campaign.wrong(f"{name}: refused, though it is one: {message[:120]!r}", content)
    else:
        campaign.refused()


def main():
    campaign = attack.Attack()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    readers = {name: reader(campaign) for name, (_, _, reader, _) in READERS.items()}
    shares = [share for *_, share in READERS.values()]
    for _, random in campaign.cases():
        (name,) = random.choices(list(READERS), shares)
        make, oracle, _, _ = READERS[name]
        judge(campaign, name, oracle, readers[name], make(random))


main()
