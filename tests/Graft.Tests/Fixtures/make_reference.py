#!/usr/bin/env python3
"""Makes the reference files beside it with PyTorch: what our networks must load, compute and learn the same way.

    wrn-10-1.safetensors, resnet-8.safetensors   weights, with batch-norm statistics and affine parameters far from their defaults
    logits.safetensors                           one input batch, the logits of both networks in eval mode, and the logits and updated
                                                 running statistics of the WRN after one forward pass in training mode
    training.safetensors                         three steps of SGD on the WRN with that batch
    adam.safetensors                             four steps of Adam on a convolution's weight and a bias

Made with PyTorch 1.13 on one thread (Debian 12: `apt install python3-torch`, then `/usr/bin/python3 make_reference.py`). Other versions give
other last digits. For every file it prints how far fp32 is from the same computation in fp64: the tests' tolerances are a multiple of that.
"""

import copy
import json
import pathlib
import struct

import torch
import torch.nn.functional as F
from torch import nn

HERE = pathlib.Path(__file__).parent
CLASSES = 10
DTYPES = {torch.float32: "F32", torch.int64: "I64"}


# --- xternalz/WideResNet-pytorch: names and semantics ------------------------------------------------------------------------------------


class PreactivationBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(inputs)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.convShortcut = None if inputs == outputs else nn.Conv2d(inputs, outputs, 1, stride, bias=False)

    def forward(self, x):
        activated = F.relu(self.bn1(x))
        # Where the shape changes, the shortcut takes the activated input too; elsewhere it is the input as it came.
        shortcut = x if self.convShortcut is None else self.convShortcut(activated)
        return shortcut + self.conv2(F.relu(self.bn2(self.conv1(activated))))


class Group(nn.Module):
    def __init__(self, blocks, inputs, outputs, stride):
        super().__init__()
        self.layer = nn.Sequential(*(PreactivationBlock(outputs if i else inputs, outputs, 1 if i else stride) for i in range(blocks)))

    def forward(self, x):
        return self.layer(x)


class WideResNet(nn.Module):
    def __init__(self, depth, width):
        super().__init__()
        blocks = (depth - 4) // 6
        channels = 64 * width
        self.conv1 = nn.Conv2d(3, 16, 3, padding=1, bias=False)
        self.block1 = Group(blocks, 16, 16 * width, 1)
        self.block2 = Group(blocks, 16 * width, 32 * width, 2)
        self.block3 = Group(blocks, 32 * width, channels, 2)
        self.bn1 = nn.BatchNorm2d(channels)
        self.fc = nn.Linear(channels, CLASSES)

    def forward(self, x):
        x = self.block3(self.block2(self.block1(self.conv1(x))))
        return self.fc(F.adaptive_avg_pool2d(F.relu(self.bn1(x)), 1).flatten(1))


# --- akamaster/pytorch_resnet_cifar10: names and semantics, shortcut option A ------------------------------------------------------------


class BasicBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.stride = stride
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.padding = (outputs - inputs) // 2

    def forward(self, x):
        # The new channels are zeros, half of them before and half of them after the old ones.
        shortcut = F.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, self.padding, self.padding))
        return F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))) + shortcut)


class ResNet(nn.Module):
    def __init__(self, depth):
        super().__init__()
        blocks = (depth - 2) // 6
        self.conv1 = nn.Conv2d(3, 16, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.layer1 = self.group(blocks, 16, 16, 1)
        self.layer2 = self.group(blocks, 16, 32, 2)
        self.layer3 = self.group(blocks, 32, 64, 2)
        self.linear = nn.Linear(64, CLASSES)

    @staticmethod
    def group(blocks, inputs, outputs, stride):
        return nn.Sequential(*(BasicBlock(outputs if i else inputs, outputs, 1 if i else stride) for i in range(blocks)))

    def forward(self, x):
        x = self.layer3(self.layer2(self.layer1(F.relu(self.bn1(self.conv1(x))))))
        return self.linear(F.adaptive_avg_pool2d(x, 1).flatten(1))


# --- making the files --------------------------------------------------------------------------------------------------------------------


def save(name, tensors, **metadata):
    """Writes a safetensors file: header length, JSON header, raw data in the order given."""
    header = {"__metadata__": {"made_by": f"{pathlib.Path(__file__).name}, PyTorch {torch.__version__}", **metadata}}
    data = b""
    for key, value in tensors.items():
        raw = value.detach().contiguous().numpy().tobytes()
        header[key] = {"dtype": DTYPES[value.dtype], "shape": list(value.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    (HERE / name).write_bytes(struct.pack("<Q", len(text)) + text + data)


def load(path):
    """Reads a safetensors file: its tensors by name."""
    data = pathlib.Path(path).read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header, body = json.loads(data[8 : 8 + length]), data[8 + length :]
    header.pop("__metadata__", None)
    types = {name: dtype for dtype, name in DTYPES.items()}
    return {
        name: torch.frombuffer(bytearray(body[slice(*entry["data_offsets"])]), dtype=types[entry["dtype"]]).reshape(entry["shape"])
        for name, entry in header.items()
    }


def randomised(network, seed):
    """He-initialises convolutions and draws everything else, so that no parameter or statistic can be lost unnoticed."""
    generator = torch.Generator().manual_seed(seed)

    def uniform(tensor, low, high):
        tensor.copy_(low + (high - low) * torch.rand(tensor.shape, generator=generator))

    with torch.no_grad():
        for module in network.modules():
            if isinstance(module, nn.Conv2d):
                fan_in = module.weight[0].numel()
                module.weight.copy_(torch.randn(module.weight.shape, generator=generator) * (2 / fan_in) ** 0.5)
            elif isinstance(module, nn.BatchNorm2d):
                uniform(module.weight, 0.5, 1.5)
                uniform(module.bias, -0.2, 0.2)
                uniform(module.running_mean, -0.5, 0.5)
                uniform(module.running_var, 0.5, 2.0)
                module.num_batches_tracked.fill_(391)
            elif isinstance(module, nn.Linear):
                uniform(module.weight, -0.2, 0.2)
                uniform(module.bias, -0.2, 0.2)
    return network


def eval_logits(network, x):
    with torch.no_grad():
        return copy.deepcopy(network).eval()(x)


def training_forward(network, x):
    """One forward pass in training mode: the logits, and every buffer after it (running statistics move by batch norm's momentum 0.1)."""
    network = copy.deepcopy(network).train()
    with torch.no_grad():
        logits = network(x)
    return {"logits": logits, **dict(network.named_buffers())}


def train(network, x, labels, steps=3):
    """SGD, Nesterov, momentum 0.9, lr 0.1, weight decay 5e-4 except on batch norm and bias, label smoothing 0.1."""
    network = copy.deepcopy(network).train()
    decayed = [p for p in network.parameters() if p.dim() > 1]
    others = [p for p in network.parameters() if p.dim() <= 1]
    optimizer = torch.optim.SGD(
        [{"params": decayed, "weight_decay": 5e-4}, {"params": others, "weight_decay": 0.0}], lr=0.1, momentum=0.9, nesterov=True
    )
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = F.cross_entropy(network(x), labels, label_smoothing=0.1)
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    kept = ["conv1.weight", "block2.layer.0.convShortcut.weight", "block3.layer.0.bn1.weight", "bn1.bias", "bn1.running_var", "fc.weight", "fc.bias"]
    state = network.state_dict()
    return {"losses": torch.stack(losses), "fc.weight.sum": state["fc.weight"].sum(), **{name: state[name] for name in kept}}


ADAM_RATES = [0.005, 0.004, 0.002, 0.001]


def adam(values, targets):
    """Adam with PyTorch's defaults and a falling learning rate; the loss is the sum of (value - target)^2, for the bias ^4."""
    parameters = [nn.Parameter(value.clone()) for value in values]
    optimizer = torch.optim.Adam(parameters)
    for rate in ADAM_RATES:
        optimizer.param_groups[0]["lr"] = rate
        optimizer.zero_grad()
        ((parameters[0] - targets[0]).square().sum() + (parameters[1] - targets[1]).pow(4).sum()).backward()
        optimizer.step()
    return {"weight": parameters[0], "bias": parameters[1]}


def report(name, single, double):
    for key, value in single.items():
        print(f"{name:24} {key:40} max {value.abs().max().item():9.4g}  fp32 against fp64 {(value - double[key]).abs().max().item():.1e}")


def main():
    torch.set_num_threads(1)
    wrn, resnet = randomised(WideResNet(10, 1), seed=1), randomised(ResNet(8), seed=2)
    generator = torch.Generator().manual_seed(3)
    x = torch.randn(4, 3, 32, 32, generator=generator)
    labels = torch.tensor([3, 1, 4, 9])
    save("wrn-10-1.safetensors", wrn.state_dict(), network="wrn-10-1")
    save("resnet-8.safetensors", resnet.state_dict(), network="resnet-8")

    def evaluations(dtype):
        w, r, batch = (copy.deepcopy(item).to(dtype) for item in (wrn, resnet, x))
        logits = {"wrn-10-1.eval.logits": eval_logits(w, batch), "resnet-8.eval.logits": eval_logits(r, batch)}
        return {**logits, **{f"wrn-10-1.train.{key}": value for key, value in training_forward(w, batch).items()}}

    logits = evaluations(torch.float32)
    report("logits.safetensors", logits, evaluations(torch.float64))
    save("logits.safetensors", {"input": x, **logits})

    trained = train(wrn, x, labels)
    report("training.safetensors", trained, train(copy.deepcopy(wrn).double(), x.double(), labels))
    save("training.safetensors", {"labels": labels, **trained})

    values, targets = ([torch.randn(*shape, generator=generator) for shape in ((4, 3, 3, 3), (5,))] for _ in range(2))
    moved = adam(values, targets)
    report("adam.safetensors", moved, adam([value.double() for value in values], [target.double() for target in targets]))
    start = {"weight.start": values[0], "bias.start": values[1], "weight.target": targets[0], "bias.target": targets[1]}
    save("adam.safetensors", {"rates": torch.tensor(ADAM_RATES), **start, **moved})


if __name__ == "__main__":
    main()
