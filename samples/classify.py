# Classify photographs with an exported file: python classify.py model.onnx photo.jpg …   (needs onnxruntime, numpy, pillow)
import json
import sys

import numpy
import onnxruntime
from PIL import Image

session = onnxruntime.InferenceSession(sys.argv[1])
about = session.get_modelmeta().custom_metadata_map
mean, std = (numpy.array([float(n) for n in about[key].split(",")], "float32") for key in ("input_mean", "input_std"))
channels, height, width = (int(n) for n in about["image"].split("x"))
side = int(about.get("input_resize", 0))  # what the shorter side is scaled to before the middle is taken; 0: all of the photograph is taken
for file in sys.argv[2:]:
    photo = Image.open(file).convert("L" if channels == 1 else "RGB")
    w, h = (max(side, side * photo.width // photo.height), max(side, side * photo.height // photo.width)) if side else (width, height)
    left, top = round((w - width) / 2), round((h - height) / 2)
    pixels = numpy.asarray(photo.resize((w, h), Image.BILINEAR).crop((left, top, left + width, top + height)), "float32")
    x = ((pixels.reshape(height, width, channels) / 255 - mean) / std).transpose(2, 0, 1)[None]
    scores = session.run(None, {session.get_inputs()[0].name: x})[0][0]
    print(f"{file}: {json.loads(about['classes'])[scores.argmax()]}")
