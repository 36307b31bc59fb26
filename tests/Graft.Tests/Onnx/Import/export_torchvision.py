"""Exports torchvision's classifiers with random weights as ONNX files, and gradients of their parameters, for TorchvisionTests.

    python3 export_torchvision.py [--gradients] FOLDER [NAME ...]

Every value is random (statistics of batch norm and biases, too), so that no two weights are equal and the exporter merges none. Without a name: all of them.
NAME.onnx holds the network as torch.onnx folds it. With --gradients there is instead NAME.bn.onnx, which keeps batch norm and PyTorch's names, and NAME.bn.safetensors with
images, logits and the gradients of logits.square().mean() in inference mode, all of it in fp64: in fp32 a unit that is nearly zero passes on its gradient or does not, as rounding
has it, and PyTorch's own gradients are up to 1.3 % of the largest away from those of fp64 (mobilenet_v2). "rounding" is how far PyTorch's fp32 gradients are from them: the
length of the difference of all gradients, as a part of their length.
Made with Debian 12's python3-torch 1.13.1 and python3-torchvision 0.14.1.
"""
import json
import pathlib
import struct
import sys
import warnings

import torch
import torchvision

warnings.filterwarnings("ignore")

# Name: (operator set, image size).
NETWORKS = {
    "alexnet": (9, 224), "vgg11": (13, 224), "vgg11_bn": (13, 224), "vgg16": (11, 224), "vgg19_bn": (12, 224),
    "resnet18": (13, 224), "resnet34": (9, 224), "resnet50": (14, 224), "resnet101": (13, 224), "resnet152": (13, 224),
    "resnext50_32x4d": (13, 224), "resnext101_32x8d": (13, 224), "wide_resnet50_2": (13, 224), "wide_resnet101_2": (13, 224),
    "densenet121": (13, 224), "densenet161": (13, 224), "densenet169": (10, 224), "densenet201": (13, 224), "googlenet": (13, 224), "inception_v3": (13, 299),
    "squeezenet1_0": (13, 224), "squeezenet1_1": (8, 224),
    "mobilenet_v2": (13, 224), "mobilenet_v3_small": (13, 224), "mobilenet_v3_large": (14, 224),
    "mnasnet0_5": (13, 224), "mnasnet0_75": (13, 224), "mnasnet1_0": (11, 224), "mnasnet1_3": (13, 224),
    "shufflenet_v2_x0_5": (13, 224), "shufflenet_v2_x1_0": (11, 224), "shufflenet_v2_x1_5": (13, 224), "shufflenet_v2_x2_0": (13, 224),
    "efficientnet_b0": (13, 224), "efficientnet_b1": (14, 240), "efficientnet_b2": (11, 260),
    "regnet_x_400mf": (13, 224), "regnet_x_800mf": (13, 224), "regnet_x_1_6gf": (13, 224), "regnet_x_3_2gf": (13, 224),
    "regnet_y_400mf": (13, 224), "regnet_y_800mf": (13, 224), "regnet_y_1_6gf": (13, 224), "regnet_y_3_2gf": (13, 224),
    "convnext_tiny": (13, 224), "convnext_small": (17, 224),
}


def randomise(model):
    generator = torch.Generator().manual_seed(1)
    for module in model.modules():
        if isinstance(module, (torch.nn.BatchNorm2d, torch.nn.LayerNorm)):
            module.weight.data.uniform_(0.8, 1.2, generator=generator)
            module.bias.data.normal_(0, 0.1, generator=generator)
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1, generator=generator)
            module.running_var.uniform_(0.8, 1.2, generator=generator)
        if isinstance(module, (torch.nn.Conv2d, torch.nn.Linear)):
            module.weight.data.normal_(0, (1.5 / module.weight[0].numel()) ** 0.5, generator=generator)
            if module.bias is not None:
                module.bias.data.normal_(0, 0.1, generator=generator)
    for name, parameter in model.named_parameters():
        if name.endswith("layer_scale"):
            parameter.data.uniform_(0.2, 0.5, generator=generator)


def save_safetensors(path, tensors):
    header, offset, data = {}, 0, []
    for name, tensor in tensors.items():
        raw = tensor.detach().contiguous().numpy().tobytes()
        header[name] = {"dtype": "F64" if tensor.dtype == torch.float64 else "F32", "shape": list(tensor.shape), "data_offsets": [offset, offset + len(raw)]}
        offset += len(raw)
        data.append(raw)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(data))


def make(name):
    options = {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
    torch.manual_seed(0)
    model = getattr(torchvision.models, name)(**options).eval()
    randomise(model)
    return model


def run(model, images):
    """Logits, and the gradients of the mean of their squares."""
    logits = model(images)
    logits.square().mean().backward()
    return logits, {f"gradient.{n}": p.grad for n, p in model.named_parameters() if p.grad is not None}


def export(folder, name, gradients):
    opset, size = NETWORKS[name]
    images = torch.randn(2, 3, size, size, generator=torch.Generator().manual_seed(2))
    dynamic = {"images": {0: "N"}, "logits": {0: "N"}} if opset > 11 else None  # the older ones with a fixed batch
    common = dict(opset_version=opset, input_names=["images"], output_names=["logits"], dynamic_axes=dynamic)
    if not gradients:
        torch.onnx.export(make(name), images[:1], str(folder / f"{name}.onnx"), **common)
        return

    model = make(name)
    torch.onnx.export(model, images[:1], str(folder / f"{name}.bn.onnx"), training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False, **common)
    logits, exact = run(make(name).double(), images.double())
    _, rounded = run(model, images)
    total = sum(g.square().sum() for g in exact.values()).sqrt()
    rounding = sum((rounded[n].double() - g).square().sum() for n, g in exact.items()).sqrt() / total
    save_safetensors(folder / f"{name}.bn.safetensors", {"images": images.double(), "logits": logits, "rounding": rounding, **exact})


if __name__ == "__main__":
    gradients = "--gradients" in sys.argv
    target, *names = [a for a in sys.argv[1:] if a != "--gradients"]
    folder = pathlib.Path(target)
    folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    for name in names or NETWORKS:
        export(folder, name, gradients)
        print(name, flush=True)
