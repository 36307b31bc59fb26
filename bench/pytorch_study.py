"""The study of bench/study.yaml as one would write it in PyTorch: a WRN-16-1 is trained, one of its blocks is replaced by each of seven operations, each is
distilled from the block's features, the network is trained on and tested. Prints one JSON document: seconds of each part and the accuracies.

usage: pytorch_study.py DATA default|tuned [SEED]        DATA has train/CLASS/* and test/CLASS/* of 32x32 pixels; SEED is the teacher's (default: 0)
"default" is PyTorch as it comes: fp32, contiguous, one process, each candidate with teacher passes of its own. "tuned" is bf16 autocast, channels-last,
graft's allocator settings, two processes of one thread, and the candidates of a position and seed in the same teacher passes. Images are in memory and
augmented by the batch in both, which is faster than a DataLoader with transforms of single images."""
import ctypes
import json
import sys
import tempfile
import time

data_directory, tuned, teacher_seed = sys.argv[1], sys.argv[2] == "tuned", int(sys.argv[3]) if len(sys.argv) > 3 else 0
if tuned:
    libc = ctypes.CDLL("libc.so.6")
    for parameter, value in ((-8, 1), (-4, 0), (-1, -1), (-2, 512 << 20)):
        libc.mallopt(parameter, value)

import torch  # noqa: E402: the allocator comes first
from torch import multiprocessing, nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402
from torchvision.datasets import ImageFolder  # noqa: E402
from torchvision.transforms.functional import pil_to_tensor  # noqa: E402

POSITIONS, SEEDS, BATCH = (3, 6), (1, 2), 128
OPERATIONS = ("teacher", "identity", "inverted-residual", "conv-stack-1", "conv-stack-2", "residual", "bottleneck")


def conv(inputs, outputs, kernel, stride=1, groups=1):
    return nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False)


class Block(nn.Module):
    """WRN's own block."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.bn1, self.conv1 = nn.BatchNorm2d(inputs), conv(inputs, outputs, 3, stride)
        self.bn2, self.conv2 = nn.BatchNorm2d(outputs), conv(outputs, outputs, 3)
        self.skip = None if inputs == outputs else conv(inputs, outputs, 1, stride)

    def forward(self, x):
        y = F.relu(self.bn1(x))
        skip = x if self.skip is None else self.skip(y)
        return self.conv2(F.relu(self.bn2(self.conv1(y)))) + skip


class Relu6(nn.Module):
    """nn.ReLU6, whose gradient PyTorch 1.13 does not have in bf16."""

    def forward(self, x):
        return x.clamp(0, 6)


class Candidate(nn.Module):
    def __init__(self, branch, skip):
        super().__init__()
        self.branch, self.skip = branch, skip

    def forward(self, x):
        y = self.branch(x)
        return y if self.skip is None else y + self.skip(x)


def candidate(name, inputs, outputs, stride):
    keeps = inputs == outputs and stride == 1
    shortcut = nn.Identity() if keeps else nn.Sequential(conv(inputs, outputs, 1, stride), nn.BatchNorm2d(outputs))
    if name == "inverted-residual":
        hidden = 6 * inputs
        layers = [conv(inputs, hidden, 1), nn.BatchNorm2d(hidden), Relu6(), conv(hidden, hidden, 3, stride, hidden), nn.BatchNorm2d(hidden), Relu6()]
        return Candidate(nn.Sequential(*layers, conv(hidden, outputs, 1), nn.BatchNorm2d(outputs)), nn.Identity() if keeps else None)
    if name == "bottleneck":
        hidden = 2 * outputs
        layers = [conv(inputs, hidden, 1), nn.BatchNorm2d(hidden), nn.ReLU(), conv(hidden, hidden, 3, stride), nn.BatchNorm2d(hidden), nn.ReLU()]
        return Candidate(nn.Sequential(*layers, conv(hidden, outputs, 1), nn.BatchNorm2d(outputs)), shortcut)
    hidden = outputs if name == "conv-stack-1" else 2 * outputs
    layers = [conv(inputs, hidden, 3, stride), nn.BatchNorm2d(hidden), nn.ReLU(), conv(hidden, outputs, 3), nn.BatchNorm2d(outputs)]
    return Candidate(nn.Sequential(*layers), shortcut if name == "residual" else None)


class WideResNet(nn.Module):
    """WRN-16-1."""

    def __init__(self):
        super().__init__()
        shapes = [(16, 16, 1), (16, 16, 1), (16, 32, 2), (32, 32, 1), (32, 64, 2), (64, 64, 1)]
        self.conv1, self.blocks = conv(3, 16, 3), nn.ModuleList(Block(*shape) for shape in shapes)
        self.shapes, self.bn, self.fc = shapes, nn.BatchNorm2d(64), nn.Linear(64, 10)
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d):
                nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x):
        return self.fc(F.relu(self.bn(self.features(x, len(self.blocks)))).mean((2, 3)))

    def features(self, x, blocks):
        x = self.conv1(x)
        for block in self.blocks[:blocks]:
            x = block(x)
        return x


def prepared(network):
    return network.to(memory_format=torch.channels_last) if tuned else network


def autocast():
    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=tuned)


def load(part):
    folder = ImageFolder(f"{data_directory}/{part}", transform=pil_to_tensor)
    return torch.stack([image for image, _ in folder]), torch.tensor(folder.targets)


def load_data():
    (train, labels), (test, test_labels) = load("train"), load("test")
    held_out = torch.zeros(len(labels), dtype=torch.bool)
    for label in range(10):  # 5 % of each class
        members = (labels == label).nonzero().flatten()
        held_out[members[torch.randperm(len(members), generator=torch.Generator().manual_seed(0))[: len(members) // 20]]] = True
    pixels = train[~held_out].float() / 255
    mean, std = pixels.mean((0, 2, 3), keepdim=True), pixels.std((0, 2, 3), keepdim=True)
    normalized = [(images.float() / 255 - mean) / std for images in (train[~held_out], train[held_out], test)]
    return [*zip(normalized, (labels[~held_out], labels[held_out], test_labels))]


def batches(images, labels):
    """Random crops of 4 pixels of padding, flips, in random order."""
    padded, order = F.pad(images, (4, 4, 4, 4)), torch.randperm(len(images))
    for i in range(0, len(images) - BATCH + 1, BATCH):
        chosen = order[i : i + BATCH]
        y, x = torch.randint(0, 9, (2, BATCH))
        rows, columns = y[:, None] + torch.arange(32), x[:, None] + torch.arange(32)
        columns = torch.where(torch.rand(BATCH, 1) < 0.5, columns.flip(1), columns)
        batch = padded[chosen[:, None, None], :, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)
        yield (batch if tuned else batch.contiguous()), labels[chosen]


def accuracy(network, images, labels):
    network.eval()
    with torch.inference_mode(), autocast():
        return sum((network(x).argmax(1) == y).sum().item() for x, y in zip(images.split(250), labels.split(250))) / len(labels)


def train(network, data, epochs, rate, seed):
    torch.manual_seed(seed)
    prepared(network)
    weights = [p for p in network.parameters() if p.dim() > 1]
    others = [p for p in network.parameters() if p.dim() == 1]
    groups = [{"params": weights, "weight_decay": 5e-4}, {"params": others, "weight_decay": 0}]
    optimizer = torch.optim.SGD(groups, lr=rate, momentum=0.9, nesterov=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, epochs * (len(data[0][0]) // BATCH), 0.05, cycle_momentum=False)
    for _ in range(epochs):
        network.train()
        for x, y in batches(*data[0]):
            with autocast():
                loss = F.cross_entropy(network(x).float(), y)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            schedule.step()
        accuracy(network, *data[1])


def distill(teacher, data, position, names, seed, steps=120):
    """Candidates at one position in the same teacher passes: Adam, cosine to 0, squared error by the teacher's mean square."""
    torch.manual_seed(seed)
    candidates = [prepared(candidate(name, *teacher.shapes[position - 1])).train() for name in names]
    optimizer = torch.optim.Adam([p for c in candidates for p in c.parameters()], lr=0.015)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    teacher.eval()
    done = 0
    while done < steps:
        for x, _ in batches(*data[0]):
            with autocast():
                with torch.no_grad():
                    entry = teacher.features(x, position - 1)
                    exit = teacher.blocks[position - 1](entry)
                loss = sum(F.mse_loss(c(entry).float(), exit.float()) for c in candidates) / exit.float().square().mean()
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            schedule.step()
            done += 1
            if done == steps:
                break
    return candidates


def trial(teacher_weights, data, position, name, operation, seed):
    network = WideResNet()
    network.load_state_dict(teacher_weights)
    if name == "identity":
        network.blocks[position - 1] = nn.Identity()
    elif name != "teacher":
        network.blocks[position - 1] = operation
    before = accuracy(prepared(network), *data[2])
    train(network, data, 1, 0.02, seed)
    return {"position": position, "operation": name, "seed": seed, "before": before, "after": accuracy(network, *data[2])}


def own_thread(folder):
    """A process of the pool: one thread, its own copy of data and teacher."""
    global worker_data, worker_teacher
    torch.set_num_threads(1)
    worker_data, worker_teacher = torch.load(f"{folder}/data.pt"), prepared(WideResNet())
    worker_teacher.load_state_dict(torch.load(f"{folder}/teacher.pt"))


def distill_task(task):
    position, names, seed, path = task
    torch.save(distill(worker_teacher, worker_data, position, names, seed), path)


def trial_task(task):
    position, name, seed, index, path = task
    return trial(worker_teacher.state_dict(), worker_data, position, name, None if index is None else torch.load(path)[index], seed)


def main():
    started = time.perf_counter()
    parts = {}

    def lap(name):
        parts[name] = time.perf_counter() - started - sum(parts.values())

    data = load_data()
    lap("data")
    torch.manual_seed(teacher_seed)
    teacher = WideResNet()
    train(teacher, data, 8, 0.1, teacher_seed)
    result = {"teacher": accuracy(teacher, *data[2])}
    lap("teacher")
    # Identity only where the shape is kept; the unchanged network once a seed.
    cells = [(p, n, s) for s in SEEDS for p in POSITIONS for n in OPERATIONS if (n != "identity" or p != 3) and (n != "teacher" or p == POSITIONS[0])]
    learnt = [n for n in OPERATIONS if n not in ("teacher", "identity")]
    if tuned:
        with tempfile.TemporaryDirectory() as folder:
            torch.save(data, f"{folder}/data.pt")
            torch.save(teacher.state_dict(), f"{folder}/teacher.pt")
            with multiprocessing.get_context("spawn").Pool(2, own_thread, (folder,)) as pool:
                pool.map(distill_task, [(p, learnt, s, f"{folder}/{p}-{s}.pt") for p in POSITIONS for s in SEEDS], 1)
                lap("distillation")
                tasks = [(p, n, s, learnt.index(n) if n in learnt else None, f"{folder}/{p}-{s}.pt") for p, n, s in cells]
                result["trials"] = pool.map(trial_task, tasks, 1)
    else:
        operations = {(p, n, s): distill(teacher, data, p, [n], s)[0] for p, n, s in cells if n in learnt}
        lap("distillation")
        result["trials"] = [trial(teacher.state_dict(), data, p, n, operations.get((p, n, s)), s) for p, n, s in cells]
    lap("trials")
    print(json.dumps({"setting": sys.argv[2], "torch": torch.__version__, "seconds": time.perf_counter() - started, "parts": parts, **result}))


if __name__ == "__main__":
    main()
