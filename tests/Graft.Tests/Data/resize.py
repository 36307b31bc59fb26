#!/usr/bin/env python3
"""Prints what torchvision makes of images when it scales and crops them: the file resize.txt beside it.

Lines "eval": channels, height, width, shorter side, size, then the first 16 digits of the SHA-256 of Resize and CenterCrop. Lines "crop": channels, height, width, top, left, height and width
of the part, size, then those of resized_crop. The image is given by a formula, see `image`. Made with torchvision 0.14.1 on Pillow 9.4.0 (Debian's packages python3-torchvision, python3-pil).
"""
import hashlib

from PIL import Image
from torchvision import transforms
from torchvision.transforms import functional


def image(channels, height, width):
    data = bytearray()
    for y in range(height):
        for x in range(width):
            for c in range(channels):
                data.append((3 * x + 2 * y + 11 * c + (x * x * 7 + y * y * 13 + x * y * 5 + c * 17) % 101) % 256)
    return Image.frombytes("RGB" if channels == 3 else "L", (width, height), bytes(data))


def digest(picture):
    return hashlib.sha256(picture.tobytes()).hexdigest()[:16]


for channels, height, width, shorter, size in [
    (3, 75, 100, 37, 32), (3, 100, 75, 37, 32), (3, 101, 67, 24, 24), (1, 28, 28, 37, 32), (3, 32, 32, 64, 56), (3, 32, 32, 32, 32),
    (3, 40, 33, 32, 27), (3, 375, 500, 256, 224), (3, 333, 500, 256, 224), (3, 9, 200, 16, 13), (1, 63, 64, 63, 63), (3, 224, 224, 64, 64),
]:
    result = transforms.CenterCrop(size)(transforms.Resize(shorter)(image(channels, height, width)))
    print("eval", channels, height, width, shorter, size, digest(result))

for channels, height, width, top, left, part_height, part_width, size in [
    (3, 75, 100, 0, 0, 75, 100, 32), (3, 75, 100, 11, 23, 30, 41, 32), (3, 75, 100, 74, 99, 1, 1, 8), (3, 75, 100, 5, 60, 70, 40, 24), (1, 32, 32, 3, 1, 20, 26, 32),
    (3, 375, 500, 17, 101, 300, 222, 224),
]:
    result = functional.resized_crop(image(channels, height, width), top, left, part_height, part_width, (size, size))
    print("crop", channels, height, width, top, left, part_height, part_width, size, digest(result))
