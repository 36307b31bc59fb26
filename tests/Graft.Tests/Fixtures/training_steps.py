#!/usr/bin/env python3
"""Trains WRN-16-2 in PyTorch on given weights and batches, in fp64 and fp32: what TrainingStepsTests compares our training with.

    training_steps.py START.safetensors BATCHES.safetensors

START holds the weights; BATCHES holds images [S, N, C, H, W] and labels [S, N], one batch a step. Prints the loss of each step in both, as JSON.
SGD with Nesterov momentum 0.9, learning rate 0.1, weight decay 5e-4 except on batch norm and bias.
"""

import json
import sys

import torch
import torch.nn.functional as F

import make_reference


def train(start, data, dtype):
    network = make_reference.WideResNet(16, 2)
    network.load_state_dict(make_reference.load(start))
    network.to(dtype).train()
    decayed = [p for p in network.parameters() if p.dim() > 1]
    others = [p for p in network.parameters() if p.dim() <= 1]
    optimizer = torch.optim.SGD(
        [{"params": decayed, "weight_decay": 5e-4}, {"params": others, "weight_decay": 0.0}], lr=0.1, momentum=0.9, nesterov=True
    )
    losses = []
    for images, labels in zip(data["images"], data["labels"]):
        optimizer.zero_grad()
        loss = F.cross_entropy(network(images.to(dtype)), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def main(start, batches):
    torch.set_num_threads(1)
    data = make_reference.load(batches)
    print(json.dumps({"float64": train(start, data, torch.float64), "float32": train(start, data, torch.float32)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
