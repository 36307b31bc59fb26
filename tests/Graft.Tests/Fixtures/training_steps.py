#!/usr/bin/env python3
"""Trains WRN-16-2 in PyTorch on given weights and batches, in fp32: what TrainingStepsTests compares our training with.

    training_steps.py START.safetensors BATCHES.safetensors OUT.safetensors

START holds the weights; BATCHES holds images [S, N, C, H, W] and labels [S, N], one batch a step. OUT gets the loss of each step and the weights at the end.
SGD with Nesterov momentum 0.9, learning rate 0.1, weight decay 5e-4 except on batch norm and bias.
"""

import json
import pathlib
import struct
import sys

import torch
import torch.nn.functional as F

import make_reference

TYPES = {"F32": torch.float32, "I64": torch.int64}


def load(path):
    data = pathlib.Path(path).read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header, body = json.loads(data[8 : 8 + length]), data[8 + length :]
    header.pop("__metadata__", None)
    return {
        name: torch.frombuffer(bytearray(body[slice(*entry["data_offsets"])]), dtype=TYPES[entry["dtype"]]).reshape(entry["shape"])
        for name, entry in header.items()
    }


def main(start, batches, out):
    torch.set_num_threads(1)
    network = make_reference.WideResNet(16, 2)
    network.load_state_dict(load(start))
    network.train()
    data = load(batches)
    decayed = [p for p in network.parameters() if p.dim() > 1]
    others = [p for p in network.parameters() if p.dim() <= 1]
    optimizer = torch.optim.SGD(
        [{"params": decayed, "weight_decay": 5e-4}, {"params": others, "weight_decay": 0.0}], lr=0.1, momentum=0.9, nesterov=True
    )
    losses = []
    for images, labels in zip(data["images"], data["labels"]):
        optimizer.zero_grad()
        loss = F.cross_entropy(network(images), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    make_reference.HERE = pathlib.Path(out).parent
    make_reference.save(pathlib.Path(out).name, {"losses": torch.stack(losses), **network.state_dict()})


if __name__ == "__main__":
    main(*sys.argv[1:])
