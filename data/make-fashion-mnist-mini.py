#!/usr/bin/env python3
"""Makes the slice of Fashion-MNIST that is embedded in Graft: the first 600 training and 200 test images of each class, in their original order.

usage: make-fashion-mnist-mini.py [SOURCE] [DESTINATION]

SOURCE holds the four original files (Debian's package dataset-fashion-mnist installs them). The output is IDX, compressed by gzip
without time and name, so that the same zlib gives the same bytes.
"""
import gzip
import io
import pathlib
import struct
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SOURCE = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/datasets/fashion-mnist")
DESTINATION = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "src/Graft/Data/Resources"
SIDE = 28


def read(name):
    return gzip.decompress((SOURCE / f"{name}.gz").read_bytes())


def write(name, content):
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=buffer, mtime=0) as stream:
        stream.write(content)
    (DESTINATION / f"{name}.gz").write_bytes(buffer.getvalue())
    print(f"{name}.gz: {len(buffer.getvalue()):,} bytes")


def make(prefix, per_class):
    images, labels = read(f"{prefix}-images-idx3-ubyte")[16:], read(f"{prefix}-labels-idx1-ubyte")[8:]
    taken, chosen = [0] * 10, []
    for index, label in enumerate(labels):
        if taken[label] < per_class:
            taken[label] += 1
            chosen.append(index)
    size = SIDE * SIDE
    pixels = b"".join(images[index * size:(index + 1) * size] for index in chosen)
    write(f"fashion-mnist-mini-{prefix}-images-idx3-ubyte", struct.pack(">4i", 0x803, len(chosen), SIDE, SIDE) + pixels)
    write(f"fashion-mnist-mini-{prefix}-labels-idx1-ubyte", struct.pack(">2i", 0x801, len(chosen)) + bytes(labels[i] for i in chosen))


make("train", 600)
make("t10k", 200)
