"""Make this folder's four IDX files from UCI's optdigits.tes (lines of 64 pixels and a label):

    convert.py optdigits.tes DIRECTORY

The first 1437 lines become the training set, the last 360 the test set.
"""

import gzip
import pathlib
import struct
import sys

TRAINING = 1437


def write_idx(path, dimensions, values):
    header = bytes([0, 0, 0x08, len(dimensions)]) + struct.pack(f">{len(dimensions)}I", *dimensions)
    path.write_bytes(gzip.compress(header + bytes(values), compresslevel=9, mtime=0))


def main():
    source, directory = map(pathlib.Path, sys.argv[1:])
    rows = [[int(value) for value in line.split(",")] for line in source.read_text().split()]
    for name, part in ("train", rows[:TRAINING]), ("test", rows[TRAINING:]):
        pixels = [pixel for row in part for pixel in row[:64]]
        write_idx(directory / f"{name}-images-idx3-ubyte.gz", (len(part), 8, 8), pixels)
        write_idx(directory / f"{name}-labels-idx1-ubyte.gz", (len(part),), [row[64] for row in part])


if __name__ == "__main__":
    main()
