"""docs/model-format.md in Python's own modules alone: what a model file says, and its checksum.

Written from that page, not from the library, whose reader it judges.
"""

import itertools
import json
import math
import pathlib
import re
import struct
import zlib

PLACE, DIGITS = 37, 8
KINDS = {"F32": ("f", 4), "F64": ("d", 8), "I64": ("q", 8)}
HEADERS = pathlib.Path(__file__).resolve().parents[2] / "include" / "linclass"
FIT = (HEADERS / "fit.h").read_text()
LOSS_NUMBERS = re.findall(r"LINCLASS_LOSS_(\w+)\s*=\s*\d+", FIT)
SOLVERS = {*map(int, re.findall(r"LINCLASS_SOLVER_\w+\s*=\s*(\d+)", FIT))} - {0}
LOSSES = tuple(name.lower().replace("_", " ") for name in LOSS_NUMBERS)
STATUSES = (HEADERS / "status.h").read_text()
REASONS = {*map(int, re.findall(r"LINCLASS_[A-Z_]+\s*=\s*(\d+)", STATUSES))}
RANGES = {"report.stopped_because": REASONS, "report.solver": SOLVERS, "report.dtype": range(2, 4)}


class Invalid(Exception):
    """The bytes are no model file."""


def need(truth, what):
    if not truth:
        raise Invalid(what)


def sign(content):
    """The content with the checksum it should have."""
    if len(content) < PLACE + DIGITS:
        return content
    blank = content[:PLACE] + b"0" * DIGITS + content[PLACE + DIGITS :]
    return content[:PLACE] + b"%08x" % zlib.crc32(blank) + content[PLACE + DIGITS :]


def unique(pairs):
    names = [name for name, _ in pairs]
    need(len(set(names)) == len(names), "a key twice")
    return dict(pairs)


def tensors_of(header, data):
    """{name: (dtype, shape, numbers)}; every byte of the data belongs to one of them."""
    tensors, spans = {}, []
    for name, entry in header.items():
        need(
            isinstance(entry, dict) and set(entry) == {"dtype", "shape", "data_offsets"}, f"entries of {name}"
        )
        need(entry["dtype"] in KINDS, f"dtype of {name}")
        letter, size = KINDS[entry["dtype"]]
        begin, end = entry["data_offsets"]
        need(all(type(d) is int and d >= 0 for d in [*entry["shape"], begin, end]), f"numbers of {name}")
        count = math.prod(entry["shape"])
        need(begin + count * size == end <= len(data), f"offsets of {name}")
        spans.append((begin, end))
        tensors[name] = (entry["dtype"], entry["shape"], struct.unpack_from(f"<{count}{letter}", data, begin))
    at = 0
    for begin, end in sorted(spans):
        need(begin == at, "a gap or an overlap")
        at = end
    need(at == len(data), "bytes after the tensors")
    return tensors


def check_standardization(tensors, n, k):
    standard = "column_mean" in tensors
    need(("column_factor" in tensors) == standard, "column_mean or column_factor alone")
    need(("fitted_bias" in tensors) == (standard and "bias" in tensors), "fitted_bias")
    if standard:
        need(tensors["column_mean"][:2] == tensors["column_factor"][:2] == ("F64", [n]), "columns")
        need(0 not in tensors["column_factor"][2], "a factor of 0")
    if "fitted_bias" in tensors:
        need(tensors["fitted_bias"][:2] == ("F64", [k]), "fitted_bias")


def check_set_scores(tensors):
    if "set_scores" in tensors:
        kind, shape, scores = tensors["set_scores"]
        need(kind == "F64" and len(shape) == 1 and shape[0] >= 1, "set_scores")
        need(all(a <= b for a, b in itertools.pairwise(scores)), "set_scores ascend")


def check_schema(metadata):
    need(metadata["format"] == "linclass model" and metadata["schema"] in ("1", "2"), "format")
    calibrated = metadata["schema"] == "2"
    need(("temperature" in metadata) == calibrated, "temperature")
    if calibrated:
        need(1e-30 <= float(metadata["temperature"]) <= 1e30, "range of the temperature")
        need(metadata.get("sets", "lac") in ("lac", "aps"), "sets")


def check_tensors(tensors, metadata):
    known = {"labels", "theta", "bias", "class_weights", "column_mean", "column_factor", "fitted_bias"}
    if metadata["schema"] == "2" and "sets" in metadata:
        known.add("set_scores")
        need("set_scores" in tensors, "no set_scores")
    need({"labels", "theta"} <= set(tensors) <= known, "names of tensors")
    (n, k) = tensors["theta"][1]
    need(k >= 1 and tensors["theta"][0] == metadata["dtype"], "theta")
    need(tensors["labels"][:2] == ("I64", [k]), "labels")
    need("bias" not in tensors or tensors["bias"][:2] == (metadata["dtype"], [k]), "bias")
    need("class_weights" not in tensors or tensors["class_weights"][:2] == ("F64", [k]), "class_weights")
    check_standardization(tensors, n, k)
    check_set_scores(tensors)
    labels = tensors["labels"][2]
    need(all(a < b for a, b in itertools.pairwise(labels)), "labels ascend")
    need(all(math.isfinite(v) for _, _, numbers in tensors.values() for v in numbers), "finite numbers")
    need(all(v >= 0 for v in tensors.get("class_weights", (0, 0, ()))[2]), "weights")
    need(metadata["loss"] not in ("logistic", "sigmoid squared") or k == 2, "two classes")
    return n, k


def parse(content):
    """(metadata, tensors, n, k) of a model file; Invalid when it is none."""
    try:
        need(len(content) >= 8, "length")
        (length,) = struct.unpack_from("<Q", content)
        need(length <= min(len(content) - 8, 64 << 20), "length of the header")
        header = json.loads(content[8 : 8 + length].decode(), object_pairs_hook=unique)
        need(isinstance(header, dict), "header")
        metadata = header.pop("__metadata__")
        need(all(isinstance(value, str) for value in metadata.values()), "metadata are texts")
        need(
            sign(content) == content and content[PLACE : PLACE + DIGITS].decode() == metadata["checksum"],
            "checksum",
        )
        check_schema(metadata)
        need(metadata["loss"] in LOSSES and metadata["dtype"] in ("F32", "F64"), "loss or dtype")
        scale = float(metadata["scale"])
        need(math.isfinite(scale) and scale != 0, "scale")
        need(
            all(math.isfinite(float(metadata[key])) and float(metadata[key]) >= 0 for key in ("l1", "l2")),
            "penalty",
        )
        if "report.stopped_because" in metadata:
            for key, values in RANGES.items():
                need(int(metadata[key]) in values, key)
        tensors = tensors_of(header, content[8 + length :])
        return metadata, tensors, *check_tensors(tensors, metadata)
    except (ValueError, KeyError, TypeError, AttributeError, struct.error, RecursionError) as error:
        raise Invalid(str(error)) from None
