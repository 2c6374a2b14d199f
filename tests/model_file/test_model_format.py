"""The golden model file, read from docs/model-format.md alone: container, metadata, tensors, checksum.

    test_model_format.py FILE
"""

import json
import math
import struct
import sys
import zlib

ITEM = {"F32": "f", "F64": "d", "I64": "q"}
CHECKSUM_AT = 37


def read(path):
    """The header as JSON, and the bytes of the file."""
    with open(path, "rb") as file:
        content = file.read()
    (length,) = struct.unpack_from("<Q", content)
    assert (8 + length) % 8 == 0, "the tensors begin at a multiple of 8"
    return json.loads(content[8:8 + length]), content, 8 + length


def tensor(header, content, data, name):
    entry = header[name]
    begin, end = entry["data_offsets"]
    count = math.prod(entry["shape"])
    item = ITEM[entry["dtype"]]
    assert end - begin == count * struct.calcsize(item), name
    return list(struct.unpack_from(f"<{count}{item}", content, data + begin))


def float32(value):
    return struct.unpack("f", struct.pack("f", value))[0]


def main(path):
    header, content, data = read(path)
    metadata = header.pop("__metadata__")

    digits = content[CHECKSUM_AT:CHECKSUM_AT + 8]
    assert digits.decode() == metadata["checksum"]
    blank = content[:CHECKSUM_AT] + b"00000000" + content[CHECKSUM_AT + 8:]
    assert f"{zlib.crc32(blank):08x}" == metadata["checksum"]

    assert set(header) == {"labels", "theta", "bias"}
    end = 0
    for name in ["labels", "theta", "bias"]:
        assert header[name]["data_offsets"][0] == end, name
        end = header[name]["data_offsets"][1]
    assert data + end == len(content)
    assert header["theta"]["shape"] == [3, 2]
    assert tensor(header, content, data, "labels") == [-5, 2**63 - 1]
    assert tensor(header, content, data, "bias") == [-1, float32(1e-3)]
    theta = [1.5, -0.25, 2.0**-149, float32(3.4028235e38), 0, float32(0.1)]
    assert tensor(header, content, data, "theta") == theta

    expected = {
        "format": "linclass model", "schema": "1", "loss": "softmax", "dtype": "F32", "l1": "0",
        "l2": "0.0001", "report.stopped_because": "1", "report.solver": "2", "report.dtype": "2",
        "report.iterations": "12", "report.evaluations": "34", "report.objective": "0.5625",
        "report.loss": "0.30000000000000004", "report.error": "0.125",
        "report.gradient_norm": "1e-300", "report.gradient_infinity_norm": "2e-300",
        "report.learning_rate": "0.75", "report.validation_loss": "nan",
        "report.validation_error": "0.25", "report.seconds": "0.3333333333333333",
    }
    for key, value in expected.items():
        assert metadata[key] == value, f"{key} is {metadata[key]}, not {value}"
    assert float(metadata["scale"]) == 1 / 255
    assert set(metadata) == set(expected) | {"checksum", "scale"}


if __name__ == "__main__":
    main(sys.argv[1])
