#!/usr/bin/env python3
"""Prints scores that need no training, computed in PyTorch with hooks and autograd alone: what ZeroCostReferenceTests compares ours with.

    zero_cost.py

The network is wrn-10-1.safetensors, the batches are the first and the last two images of logits.safetensors with the labels of training.safetensors.
Definitions: Abdelfattah et al. 2021 (gradient norm, SNIP, SynFlow, jacob_cov), Mellor et al. 2021 (NASWOT), Li et al. 2023 (ZiCo); see the classes' own documents.
"""

import json

import torch
import torch.nn.functional as F

import make_reference


def network():
    model = make_reference.WideResNet(10, 1)
    model.load_state_dict(make_reference.load(make_reference.HERE / "wrn-10-1.safetensors"))
    return model.double()


def synflow():
    """The logarithm of the sum of weight times gradient, all weights positive, no batch norm, no bias, an image of ones."""
    model = network()
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.forward = lambda x: x
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.abs_()
        model.fc.bias.zero_()
    model(torch.ones(1, 3, 32, 32, dtype=torch.float64)).sum().backward()
    return torch.log(sum((p * p.grad).sum() for p in model.parameters() if p.dim() > 1)).item()


def naswot(images):
    codes, relu = [], F.relu
    F.relu = lambda x: codes.append((x > 0).flatten(1).double()) or relu(x)
    with torch.no_grad():
        network().eval()(images)
    F.relu = relu
    code = torch.cat(codes, 1)
    return torch.slogdet(code @ code.t() + (1 - code) @ (1 - code).t())[1].item()


def jacobian_covariance(images):
    x = images.clone().requires_grad_()
    network().eval()(x).sum().backward()
    v = torch.linalg.eigvalsh(torch.corrcoef(x.grad.flatten(1))) + 1e-5
    return -(v.log() + 1 / v).sum().item()


def gradients(batches):
    model = network().train()
    found = []
    for images, labels in batches:
        model.zero_grad()
        F.cross_entropy(model(images), labels).backward()
        found.append([p.grad.clone() for p in model.parameters() if p.dim() > 1])
    norm = snip = zico = 0
    for weight, layer in zip((p for p in model.parameters() if p.dim() > 1), zip(*found)):
        stack = torch.stack(layer)
        norm += stack.mean(0).norm().item()
        snip += (weight * stack.mean(0)).abs().sum().item()
        mean, std = stack.abs().mean(0), stack.abs().std(0, unbiased=False)
        zico += torch.log((mean[std > 0] / std[std > 0]).sum()).item()
    return {"gradientNorm": norm, "snip": snip, "zico": zico}


def main():
    torch.set_num_threads(1)
    images = make_reference.load(make_reference.HERE / "logits.safetensors")["input"].double()
    labels = make_reference.load(make_reference.HERE / "training.safetensors")["labels"]
    scores = gradients([(images[:2], labels[:2]), (images[2:], labels[2:])])
    print(json.dumps({**scores, "synflow": synflow(), "naswot": naswot(images), "jacobianCovariance": jacobian_covariance(images)}))


if __name__ == "__main__":
    main()
