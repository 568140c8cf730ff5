"""Every operation of docs/packed-format.md on whole pages, as shortly as can be."""

from __future__ import annotations

import numpy as np


def sat16(x):
    return np.clip(x, -32768, 32767).astype(np.int64)


def round15(x):
    return (x + (1 << 14)) >> 15


def extended(image, graph):
    """Return the page as the network sees it: channels matched, borders repeated."""
    want = graph["input"]
    if image.ndim == 2 and want["channels"] == 3:
        image = np.repeat(image[..., None], 3, axis=2)
    elif image.ndim == 2:
        image = image[..., None]
    elif want["channels"] == 1:
        r, g, b = np.moveaxis(image.astype(np.int64), 2, 0)
        image = ((19595 * r + 38470 * g + 7471 * b + 32768) >> 16)[..., None]
    pads = []
    for extent in image.shape[:2]:
        total = -(-(extent + 2 * want["margin"]) // want["multiple"]) * want["multiple"]
        pads.append((want["margin"], total - extent - want["margin"]))
    return np.pad(image.astype(np.int64), [*pads, (0, 0)], mode="edge")


def squares(x):
    return x[::2, ::2], x[::2, 1::2], x[1::2, ::2], x[1::2, 1::2]


def haar(x):
    a, b, c, d = squares(x)
    return sat16(
        np.concatenate([a + b + c + d, a - b + c - d, a + b - c - d, a - b - c + d], axis=2)
    )


def unhaar(x):
    s, h, v, d = np.split(x, 4, axis=2)
    out = np.empty((2 * x.shape[0], 2 * x.shape[1], s.shape[2]), np.int64)
    out[::2, ::2], out[::2, 1::2] = s + h + v + d, s - h + v - d
    out[1::2, ::2], out[1::2, 1::2] = s + h - v - d, s - h - v + d
    return sat16((out + 2) >> 2)


def shuffle(x, r):
    height, width, channels = x.shape
    split = x.reshape(height, width, channels // r**2, r, r)
    return split.transpose(0, 3, 1, 4, 2).reshape(height * r, width * r, -1)


def unshuffle(x, r):
    height, width, channels = x.shape
    split = x.reshape(height // r, r, width // r, r, channels)
    return split.transpose(0, 2, 4, 1, 3).reshape(height // r, width // r, -1)


def windows(x, kernel, stride, fill):
    """Yield for each tap the pixels under it, row by row."""
    half = kernel // 2
    height, width = -(-x.shape[0] // stride), -(-x.shape[1] // stride)
    wide = np.pad(x, [(half, half), (half, half), (0, 0)], constant_values=fill)
    for i in range(kernel):
        for j in range(kernel):
            yield wide[i : i + stride * height : stride, j : j + stride * width : stride][
                :height, :width
            ]


def conv(x, node, weight, mult, bias, bits):
    if weight.dtype == np.uint8:
        rest = np.unpackbits(weight, axis=-1, bitorder="little")
        weight = 2 * rest[..., : x.shape[2]].astype(np.int64) - 1
    numbers = 2 * x - 1 if bits == 1 else x
    total = bias
    for base, factor in zip(weight.astype(np.int64), mult.astype(np.int64), strict=True):
        taps = enumerate(windows(numbers, node["kernel"], node["stride"], 0))
        total = total + sum(part @ base[:, tap].T for tap, part in taps) * factor
    return sat16(total >> node["shift"])


def conv_float(x, node, weight, bias):
    groups = node["groups"]
    outs = np.split(weight.astype(np.float64), groups)
    parts = []
    for inside, kernels in zip(np.split(x.astype(np.float64), groups, axis=2), outs, strict=True):
        flat = kernels.reshape(len(kernels), -1, kernels.shape[-1])
        taps = enumerate(windows(inside, node["kernel"], node["stride"], 0.0))
        parts.append(sum(part @ flat[:, tap].T for tap, part in taps))
    total = np.concatenate(parts, axis=2) + bias
    return ACTIVATIONS[node["activation"]](total).astype(np.float32)


ACTIVATIONS = {
    "none": lambda x: x,
    "relu": lambda x: np.maximum(x, 0),
    "hardswish": lambda x: x * np.clip(x + 3, 0, 6) / 6,
    "swish": lambda x: x / (1 + np.exp(-x)),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
}


def quantise(x, bits, shift, mult=None):
    t = sat16(x + shift)
    if bits == 1:
        return (t >= 0).astype(np.int64)
    return np.clip(round15(t * mult.astype(np.int64)), 0, 2**bits - 1)


def rprelu(x, a, slope, b):
    t = sat16(x - a)
    return sat16(np.where(t > 0, t, round15(t * slope.astype(np.int64))) + b)


def requantise(x, scale):
    down = np.floor(x * scale + np.float32(0.5))
    return sat16(np.nan_to_num(down, nan=0, posinf=40000, neginf=-40000))


def max3(x):
    return np.max(list(windows(x, 3, 2, -32768)), axis=0)


def double(x):
    return x.repeat(2, axis=0).repeat(2, axis=1)


def apply(node, inputs, bits, t):
    """Return the value that a node makes; ``t`` are its tensors, ``bits`` those of its codes."""
    x = inputs[0]
    match node["op"]:
        case "widen":
            return x
        case "haar":
            return haar(x)
        case "unhaar":
            return unhaar(x)
        case "quantise":
            return quantise(x, node["bits"], **t)
        case "conv":
            return conv(x, node, **t, bits=bits)
        case "add":
            return sat16(inputs[0] + inputs[1])
        case "rprelu":
            return rprelu(x, **t)
        case "average2":
            return (sum(squares(x)) + 2) >> 2
        case "max2":
            return np.max(squares(x), axis=0)
        case "max3":
            return max3(x)
        case "upsample2" | "upsample2_float":
            return double(x)
        case "shuffle":
            return shuffle(x, node["factor"])
        case "unshuffle":
            return unshuffle(x, node["factor"])
        case "concat" | "concat_float":
            return np.concatenate(inputs, axis=2)
        case "dequantise":
            return x.astype(np.float32) * t["scale"]
        case "requantise":
            return requantise(x, t["scale"])
        case "conv_float":
            return conv_float(x, node, **t)
        case "add_float":
            return inputs[0] + inputs[1]
        case "mul_float":
            return inputs[0] * inputs[1]
    raise ValueError(node["op"])


def values(graph, tensors, image):
    """Return every value of the graph for a page."""
    found, bits = {"image": extended(image, graph)}, {}
    for node in graph["nodes"]:
        parts = {part: tensors[name] for part, name in node.get("tensors", {}).items()}
        inputs = [found[name] for name in node["from"]]
        found[node["to"]] = apply(node, inputs, bits.get(node["from"][0]), parts)
        bits[node["to"]] = node.get("bits")
    return found


def logits(graph, tensors, image):
    """Return the logit of a graph with a mask, cut back to the page."""
    margin = graph["input"]["margin"]
    whole = values(graph, tensors, image)[graph["output"]["from"]]
    return whole[margin:, margin:][: image.shape[0], : image.shape[1], 0].astype(np.int16)


def streams(graph, tensors, image):
    """Return the outputs of a graph with streams."""
    found = values(graph, tensors, image)
    return {name: found[value].astype(np.int16) for name, value in graph["outputs"].items()}
