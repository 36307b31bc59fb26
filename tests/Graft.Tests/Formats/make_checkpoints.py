#!/usr/bin/env python3
"""Writes the small PyTorch checkpoints of PyTorchCheckpointTests into the folder that is named, and the numbers that they hold into expected.txt.

Made with PyTorch 1.13.0 (Debian's package python3-torch); the numbers are i / 8, which every type of float here holds exactly.
"""
import collections
import sys

import torch

folder = sys.argv[1]


def numbers(*shape):
    count = 1
    for length in shape:
        count *= length
    return (torch.arange(count, dtype=torch.float32) / 8).reshape(shape)


def save(name, value, **options):
    torch.save(value, f"{folder}/{name}", **options)


class Holder(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = torch.nn.Conv2d(1, 2, 1)


state = collections.OrderedDict([("conv.weight", numbers(2, 3)), ("bn.count", torch.tensor(7))])
wrapped = {f"module.{name}": value for name, value in state.items()}
whole = numbers(4, 3)
shared = {"all": whole, "transposed": whole.t(), "part": whole[1:3], "half": numbers(5).half(), "bfloat": numbers(5).bfloat16(), "flags": torch.tensor([True, False])}
optimizer = {"state": {0: {"momentum_buffer": numbers(2, 3)}}, "param_groups": [{"lr": 0.1, "params": [0]}]}

save("zip.pt", state)
save("legacy.pt", state, _use_new_zipfile_serialization=False)
save("nested.ckpt", {"epoch": 3, "state_dict": wrapped, "optimizer": optimizer, "best": 91.5, "note": "é"})
save("nested-legacy.th", {"net": wrapped, "acc": 91.5, "optimizer": optimizer}, _use_new_zipfile_serialization=False)
save("beside.pt", {"best_acc1": torch.tensor(76.125), "state_dict": state})
save("views.pt", shared)
save("views-legacy.pt", shared, _use_new_zipfile_serialization=False)
save("protocol4.pt", state, pickle_protocol=4)
save("parameter.pt", {"w": torch.nn.Parameter(numbers(2))})
save("module.pt", Holder())
save("two.pt", {"teacher": state, "student": state})
save("int16.pt", {"w": torch.ones(2, dtype=torch.int16)})
torch.jit.script(torch.nn.Linear(2, 2)).save(f"{folder}/script.pt")
