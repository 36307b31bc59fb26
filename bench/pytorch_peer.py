"""The peer of `graft bench`: the same training step or inference in PyTorch. Prints "ready", then a rate in images/s for each line that it reads.

usage: pytorch_peer.py train|evaluate NETWORK default|tuned BATCH THREADS REPEATS
"default" is PyTorch as it comes: fp32, contiguous, its own allocator. "tuned" is bf16 autocast, channels-last and the same allocator settings as graft's."""
import ctypes
import sys
import time

mode, name, setting, batch, threads, repeats = sys.argv[1], sys.argv[2], sys.argv[3], *map(int, sys.argv[4:7])
if setting == "tuned":
    libc = ctypes.CDLL("libc.so.6")
    for parameter, value in ((-8, 1), (-4, 0), (-1, -1), (-2, 512 << 20)):
        libc.mallopt(parameter, value)

import torch  # noqa: E402: the allocator comes first
from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402

torch.set_num_threads(threads)
torch.manual_seed(0)


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.bn1, self.conv1 = nn.BatchNorm2d(inputs), nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn2, self.conv2 = nn.BatchNorm2d(outputs), nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.skip = None if inputs == outputs else nn.Conv2d(inputs, outputs, 1, stride, bias=False)

    def forward(self, x):
        y = F.relu(self.bn1(x), inplace=True)
        skip = x if self.skip is None else self.skip(y)
        return self.conv2(F.relu(self.bn2(self.conv1(y)), inplace=True)) + skip


class WideResNet(nn.Module):
    def __init__(self, depth, width):
        super().__init__()
        blocks, channels = [], 16
        for group, outputs in enumerate((16 * width, 32 * width, 64 * width)):
            for index in range((depth - 4) // 6):
                blocks.append(Block(channels, outputs, 2 if group and index == 0 else 1))
                channels = outputs
        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.blocks, self.bn, self.fc = nn.Sequential(*blocks), nn.BatchNorm2d(channels), nn.Linear(channels, 10)

    def forward(self, x):
        return self.fc(F.relu(self.bn(self.blocks(self.conv1(x))), inplace=True).mean((2, 3)))


_, depth, width = name.split("-")
network = WideResNet(int(depth), int(width))
images, labels = torch.randn(batch, 3, 32, 32), torch.arange(batch) % 10
if setting == "tuned":
    network, images = network.to(memory_format=torch.channels_last), images.contiguous(memory_format=torch.channels_last)
network.train(mode == "train")
optimizer = torch.optim.SGD(network.parameters(), lr=1e-3, momentum=0.9, nesterov=True, weight_decay=5e-4)


def step():
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=setting == "tuned"):
        if mode == "evaluate":
            with torch.inference_mode():
                network(images)
            return
        loss = F.cross_entropy(network(images).float(), labels)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()


print("ready", flush=True)
for _ in sys.stdin:
    step()
    started = time.perf_counter()
    for _ in range(repeats - 1):
        step()
    print(batch * (repeats - 1) / (time.perf_counter() - started), flush=True)
