"""From the whole numbers of the packed format back to layers that can be trained.

The opposite of `docbin.nn.folding`: a network that computes what the packed file computes. What a
file does not keep is made up. Weights of one bit have latent values of the size that drawn ones
have, all as far from changing their sign; normalisations are affine maps of the bare sums until
`settle` has measured those.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from docbin.errors import UsageError
from docbin.nn.folding import normalised
from docbin.nn.graph import Part, conv_value, parts, quantiser_of, shape
from docbin.nn.layers import CENTRE, Block, QuantisedConv, RPReLU
from docbin.nn.models.wavelet_unet import Head, Stem, WaveletUnet
from docbin.nn.progression import normalisations
from docbin.nn.quantisers import SIGNED_LEVELS, SMALLEST_STEP, ActivationQuantiser, BinaryWeight
from docbin.runtime.weights import PackedFile

_UNIT = 1 << 15

Array: TypeAlias = npt.NDArray[Any]


@torch.no_grad()
def unfold(file: PackedFile, net: WaveletUnet) -> None:
    """Give a network the numbers of a packed file.

    Parameters
    ----------
    file
        Its one-bit weights are bit planes or int8 ±1.
    net
        Quantised and of the same shape, on the CPU; what the file lacks (of a detector the head of
        T) is left as it is.

    Raises
    ------
    UsageError
        If the file is of another shape, of weights with two bases, whose latent values are not
        told by their signs, or of a network that docbin's training does not make.
    """
    if not _fits(file, net):
        raise UsageError(
            "the packed network to start from is of another shape; choose its own with --preset "
            "and --network"
        )
    if max(net.config.bases) > 1:
        raise _strange("signs of two bases do not tell their weights")
    numbers = _Numbers(file)
    for value, part in parts(net):
        numbers.part(value, part)


def _fits(file: PackedFile, net: WaveletUnet) -> bool:
    """Say whether a file's graph is that of the network, whatever its margin and threshold."""
    if not net.config.quantised:
        return False
    shifts = {node["to"]: node["shift"] for node in file.graph["nodes"] if node["op"] == "conv"}
    ours = shape(net.config)
    if set(ours.outputs()) != set(shifts):
        return False
    graph = ours.graph(shifts, margin=0, scale=1.0)
    same = {**graph["input"], "margin": file.graph["input"]["margin"]} == file.graph["input"]
    widths = all(
        len(file.tensors[f"{name}.bias"]) == width for name, width in ours.outputs().items()
    )
    whole = file.typed.output is not None  # else it gives streams
    return same and widths and whole and graph["nodes"] == file.graph["nodes"]


class _Numbers:
    """The numbers of a packed file, brought into layers.

    Parameters
    ----------
    file
        The packed network.
    """

    def __init__(self, file: PackedFile) -> None:
        self.tensors = file.signed()
        output = file.graph["output"]
        self.unit = 1 / float(output["scale"])
        # Ink begins at 0 where a network learns.
        self.threshold = output["threshold"] / self.unit
        self.shifts = {
            node["to"]: node["shift"] for node in file.graph["nodes"] if node["op"] == "conv"
        }

    def part(self, value: str, part: Part) -> None:
        """Fill a part of a network."""
        bits = 8
        if not isinstance(part, Stem):
            quantiser = quantiser_of(part.conv)
            self.quantiser(value, quantiser)
            bits = quantiser.bits
        name = conv_value(value, part)
        gain, offset = self.affine(name, code_bits=bits)
        if isinstance(part, Head):
            step = quantiser_of(part.conv).size().double().numpy()
            _put(
                part.conv.weights.weight,
                _kernel(_whole(self.weight(name)) * (gain / step)[:, None, None]),
            )
            _put(part.bias, offset - self.threshold)
        else:
            gain = _weigh(part.conv, self.weight(name), gain)
            _put(part.norm.weight, gain)
            _put(part.norm.bias, offset)
            part.norm.running_mean.zero_()
            part.norm.running_var.fill_(1 - part.norm.eps)
        if isinstance(part, Stem | Block):
            self.rprelu(value, part.act)

    def quantiser(self, value: str, layer: ActivationQuantiser) -> None:
        """Fill a quantiser."""
        _put(layer.shift, self.tensors[f"{value}.in.shift"] / self.unit)
        if layer.bits > 1:
            step = _UNIT / (self.tensors[f"{value}.in.mult"].astype(np.float64) * self.unit)
            if (step != step[0]).any() or step[0] < SMALLEST_STEP:
                raise _strange(f"the codes of '{value}' have several steps, or too small ones")
            _put(layer.step, step[:1])

    def rprelu(self, value: str, layer: RPReLU) -> None:
        """Fill an activation."""
        _put(layer.a, self.tensors[f"{value}.a"] / self.unit)
        _put(layer.b, self.tensors[f"{value}.b"] / self.unit)
        _put(layer.slope, self.tensors[f"{value}.slope"] / _UNIT)

    def weight(self, name: str) -> Array:
        """Return the weights of a convolution, float64 (O, K·K, I)."""
        return self.tensors[f"{name}.weight"][0].astype(np.float64)

    def affine(self, name: str, *, code_bits: int) -> tuple[Array, Array]:
        """Return gains (O,) and offsets (O,) of a convolution's sums, float64.

        Those of codes of 8 bits are of codes less 128, as they are in training.
        """
        shift = self.shifts[name]
        unit = self.unit * 2.0**shift
        gain = self.tensors[f"{name}.mult"][0].astype(np.float64) / unit
        offset = (self.tensors[f"{name}.bias"].astype(np.float64) - (1 << shift >> 1)) / unit
        if code_bits == 8:
            offset = offset + gain * CENTRE * self.weight(name).sum((1, 2))
        return gain, offset


def _weigh(layer: QuantisedConv, weight: Array, gain: Array) -> Array:
    """Give a layer weights (O, K·K, I) from which its training makes these; return the gains."""
    drawn = (2 / weight[0].size) ** 0.5
    if isinstance(layer.weights, BinaryWeight):
        # The mean is taken off before signs are: only +1 alone can be, as zeros.
        turned = np.where((weight < 0).all((1, 2)), -1.0, 1.0)
        weight = weight * turned[:, None, None]
        above = (weight > 0).mean((1, 2), keepdims=True)
        latent = drawn * np.where(weight > 0, 2 * (1 - above), -2 * above)
        _put(layer.weights.weight, _kernel(latent))
        return gain * turned
    _put(layer.weights.weight, _kernel(_whole(weight) / SIGNED_LEVELS * drawn))
    return gain


def _whole(weight: Array) -> Array:
    """Return weights of 8 bits; the largest of a channel is 127 where training has made them."""
    largest = np.abs(weight).max((1, 2))
    if not np.isin(largest, (0, SIGNED_LEVELS)).all():
        raise _strange(f"the largest weight of a channel is not {SIGNED_LEVELS}")
    return weight


def _kernel(weight: Array) -> Array:
    """Return weights (O, I, K, K) of (O, K·K, I)."""
    outputs, area, inputs = weight.shape
    side = round(area**0.5)
    return weight.transpose(0, 2, 1).reshape(outputs, inputs, side, side)


def _strange(reason: str) -> UsageError:
    return UsageError(
        f"this packed network cannot be trained on, since {reason}; start from the weights.pt of "
        "its run"
    )


def _put(target: Tensor, values: Array) -> None:
    target.data.copy_(torch.from_numpy(np.ascontiguousarray(values)).reshape(target.shape))


@torch.no_grad()
def settle(net: nn.Module, inputs: Iterable[Sequence[Tensor]]) -> None:
    """Measure what normalisations normalise; what the network computes stays the same.

    Parameters
    ----------
    net
        The network, where the inputs are; it stays in its mode.
    inputs
        What the network takes, some times, at least once.
    """
    norms = normalisations(net)
    sums = {norm: torch.zeros(3, norm.num_features, dtype=torch.float64) for norm in norms}

    def look(norm: nn.Module, given: tuple[Tensor, ...]) -> None:
        x = given[0].detach().double().transpose(0, 1).flatten(1).cpu()
        sums[norm] += torch.stack([torch.full((len(x),), x.shape[1]), x.sum(1), (x * x).sum(1)])

    hooks = [norm.register_forward_pre_hook(look) for norm in norms]
    training = net.training
    net.eval()
    for given in inputs:
        net(*given)
    net.train(training)
    for hook in hooks:
        hook.remove()
    for norm in norms:
        count, total, squares = sums[norm]
        mean = total / count
        variance = (squares / count - mean * mean).clamp_min(0)
        gain, offset = map(torch.from_numpy, normalised(norm))
        norm.weight.copy_(gain * (variance + norm.eps).sqrt())
        norm.bias.copy_(offset + gain * mean)
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(variance)
