#!/usr/bin/env python3
"""Prints what Pillow makes of one image under each operation and magnitude of TrivialAugment: the file trivial-augment.txt beside it.

The calls are those of torchvision's TrivialAugmentWide on PIL images (nearest, fill 0). Each line: channels, operation, bin 0-30, sign, first 8 digits of the output's SHA-256.
The image is 32x32: byte i = smooth part + hash part, see `image`. Made with Pillow 9.4.0; numpy only
rounds to 32 bits, in which torch.linspace computes the magnitudes.
"""
import hashlib

import numpy
from PIL import Image, ImageEnhance, ImageOps

SIDE = 32


def image(channels):
    data = bytearray()
    for y in range(SIDE):
        for x in range(SIDE):
            for c in range(channels):
                data.append(40 + 3 * x + 2 * y + 11 * c + (x * x * 7 + y * y * 13 + x * y * 5 + c * 17) % 41)
    return Image.frombytes("RGB" if channels == 3 else "L", (SIDE, SIDE), bytes(data))


def linspace(first, last, number):
    """torch.linspace(first, last, 31)[number]: from the nearer end, in 32 bits."""
    first, last = numpy.float32(first), numpy.float32(last)
    step = (last - first) / numpy.float32(30)
    return float(first + step * numpy.float32(number) if number < 15 else last - step * numpy.float32(30 - number))


def affine(picture, matrix):
    return picture.transform(picture.size, Image.AFFINE, matrix, Image.NEAREST, fillcolor=0)


OPERATIONS = {
    "Identity": (None, lambda p, m: p),
    "ShearX": (0.99, lambda p, m: affine(p, (1, m, 0, 0, 1, 0))),
    "ShearY": (0.99, lambda p, m: affine(p, (1, 0, 0, m, 1, 0))),
    "TranslateX": (32.0, lambda p, m: affine(p, (1, 0, -int(m), 0, 1, 0))),
    "TranslateY": (32.0, lambda p, m: affine(p, (1, 0, 0, 0, 1, -int(m)))),
    "Rotate": (135.0, lambda p, m: p.rotate(m, Image.NEAREST, fillcolor=0)),
    "Brightness": (0.99, lambda p, m: ImageEnhance.Brightness(p).enhance(1 + m)),
    "Color": (0.99, lambda p, m: ImageEnhance.Color(p).enhance(1 + m)),
    "Contrast": (0.99, lambda p, m: ImageEnhance.Contrast(p).enhance(1 + m)),
    "Sharpness": (0.99, lambda p, m: ImageEnhance.Sharpness(p).enhance(1 + m)),
    "Posterize": ("bits", lambda p, m: ImageOps.posterize(p, int(m))),
    "Solarize": ("threshold", lambda p, m: ImageOps.solarize(p, m)),
    "AutoContrast": (None, lambda p, m: ImageOps.autocontrast(p)),
    "Equalize": (None, lambda p, m: ImageOps.equalize(p)),
}

for channels in (3, 1):
    for name, (largest, apply) in OPERATIONS.items():
        for number in range(31) if largest else [0]:
            for sign in (1, -1) if isinstance(largest, float) else [1]:
                if largest == "bits":
                    magnitude = 8 - round(number / 5)
                elif largest == "threshold":
                    magnitude = linspace(255, 0, number)
                else:
                    magnitude = sign * linspace(0, largest or 0, number)
                output = apply(image(channels), magnitude)
                print(channels, name, number, sign, f"{hashlib.sha256(output.tobytes()).hexdigest()[:8]}")
