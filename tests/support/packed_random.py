"""Random packed networks of every operation, small enough to be computed twice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

INTEGER = [
    "widen",
    "haar",
    "unhaar",
    "quantise",
    "conv",
    "add",
    "rprelu",
    "average2",
    "max2",
    "max3",
]
INTEGER += ["upsample2", "shuffle", "unshuffle", "concat"]
FLOAT = ["dequantise", "requantise", "conv_float", "add_float", "mul_float", "upsample2_float"]
FLOAT += ["concat_float"]
KINDS = {"conv": "code", "requantise": "float"} | dict.fromkeys(FLOAT[2:], "float")
MADE = {"quantise": "code", "dequantise": "float"} | dict.fromkeys(FLOAT[2:], "float")
LEVELS = {"haar": 1, "average2": 1, "max2": 1, "max3": 1, "unhaar": -1}
LEVELS |= {"upsample2": -1, "upsample2_float": -1}
MOST_CHANNELS = 100


@dataclass(frozen=True)
class Value:
    name: str
    kind: str
    channels: int
    level: int
    bits: int | None = None


class Maker:
    """Adds nodes at random; what it makes is always a sound graph."""

    def __init__(self, seed, operations, channels):
        self.random = np.random.default_rng(seed)
        self.operations = operations
        self.values = [Value("image", "image", channels, 0)]
        self.nodes, self.tensors = [], {}

    def tensor(self, array):
        name = f"t{len(self.tensors)}"
        self.tensors[name] = array
        return name

    def numbers(self, low, high, dtype, *shape):
        return self.tensor(self.random.integers(low, high, shape, dtype, endpoint=True))

    def reals(self, *shape, scale=1.0):
        return self.tensor((self.random.normal(size=shape) * scale).astype(np.float32))

    def pick(self, fits):
        """Return a value that fits, more often one of the last; None: none does."""
        found = [value for value in self.values if fits(value)]
        if not found:
            return None
        if found[-1].name.startswith("conv.") or self.random.random() < 0.5:
            return found[-1]
        return self.random.choice(found)

    def add(self, operation):
        """Add a node of this operation where something can feed it."""
        kinds = {KINDS.get(operation, "stream")}
        if operation in ("widen", "haar"):
            kinds = {"image"} if operation == "widen" else {"image", "stream"}
        factor = int(self.random.choice([2, 4]))
        source = self.pick(
            lambda value: value.kind in kinds and self.fits(operation, value, factor)
        )
        if source is None:
            return
        inputs, options, out = [source], {}, source.channels
        level = source.level + LEVELS.get(operation, 0)
        if operation in ("add", "add_float", "mul_float", "concat", "concat_float"):
            inputs = self.partners(source, operation)
            if "concat" in operation:
                out = sum(value.channels for value in inputs)
        elif operation in ("shuffle", "unshuffle"):
            options = {"factor": factor}
            power = -1 if operation == "shuffle" else 1
            out = int(out * float(factor) ** (2 * power))
            level += power * (factor // 2)
        elif operation in ("haar", "unhaar"):
            out = out * 4 if operation == "haar" else out // 4
        elif operation in ("conv", "conv_float"):
            options, out = getattr(self, operation)(source)
            level += options["stride"] - 1
        elif hasattr(self, operation):
            options = getattr(self, operation)(source.channels)
        name = f"{operation}.{len(self.nodes)}"
        node = {"op": operation, "from": [value.name for value in inputs], "to": name}
        self.nodes.append(node | options)
        made = Value(name, MADE.get(operation, "stream"), out, level, options.get("bits"))
        self.values.append(made)

    def fits(self, operation, value, factor):
        channels, level = value.channels, value.level
        if operation == "haar":
            return level < 3 and channels <= MOST_CHANNELS // 4
        if operation == "shuffle":
            return channels % factor**2 == 0 and level - factor // 2 >= -2
        if operation == "unshuffle":
            return channels * factor**2 <= MOST_CHANNELS and level + factor // 2 <= 3
        if operation == "unhaar":
            return channels % 4 == 0 and level > -2
        if LEVELS.get(operation) == -1:
            return level > -2
        if operation in ("average2", "max2", "max3", "conv", "conv_float"):
            return level < 3
        return "concat" not in operation or channels <= MOST_CHANNELS // 3

    def partners(self, source, operation):
        def fits(value):
            same = value.channels == source.channels or "concat" in operation
            return (value.kind, value.level) == (source.kind, source.level) and same

        few = [v for v in self.values if fits(v) and v.channels <= MOST_CHANNELS // 3] or [source]
        others = [self.random.choice(few) for _ in range(self.random.integers(1, 3))]
        if "concat" not in operation:
            others = [self.random.choice([v for v in self.values if fits(v)])]
        inputs = [source, *others]
        self.random.shuffle(inputs)
        return inputs

    def quantise(self, channels):
        bits = int(self.random.choice([1, 4, 8]))
        parts = {"shift": self.numbers(-300, 300, np.int16, channels)}
        if bits != 1:
            parts["mult"] = self.numbers(1, 32767 if bits == 8 else 3000, np.int16, channels)
        return {"bits": bits, "tensors": parts}

    def rprelu(self, channels):
        a, b = (self.numbers(-400, 400, np.int16, channels) for _ in range(2))
        slope = self.numbers(-32767, 32767, np.int16, channels)
        return {"tensors": {"a": a, "slope": slope, "b": b}}

    def dequantise(self, channels):
        return {"tensors": {"scale": self.reals(channels, scale=0.01)}}

    def requantise(self, channels):
        return {"tensors": {"scale": self.reals(channels, scale=30)}}

    def conv(self, source):
        same = self.random.random() < 0.6
        out = source.channels if same else int(self.random.integers(1, 70))
        bases = int(self.random.integers(1, 3))
        kernel, stride = int(self.random.choice([1, 3])), int(self.random.choice([1, 1, 1, 2]))
        taps = kernel**2
        if source.bits == 8:
            bases = 1
            weight = self.numbers(-127, 127, np.int8, 1, out, taps, source.channels)
        else:
            bits = self.random.integers(0, 2, (bases, out, taps, source.channels), np.uint8)
            weight = self.tensor(np.packbits(bits, axis=-1, bitorder="little"))
        wide = self.random.random() < 0.2
        most = 2**31 - 1 if wide else 2**13
        shift = int(self.random.integers(0, 47) if wide else self.random.integers(8, 15))
        mult = self.numbers(-most, most, np.int32, bases, out)
        bias = self.numbers(-most * 100, most * 100, np.int64, out)
        parts = {"weight": weight, "mult": mult, "bias": bias}
        options = {"kernel": kernel, "stride": stride, "shift": shift, "tensors": parts}
        return options, out

    def conv_float(self, source):
        groups = int(self.random.choice([g for g in (1, 2, 3) if source.channels % g == 0]))
        out = groups * int(self.random.integers(1, 6))
        kernel = int(self.random.choice([1, 3, 5, 7]))
        weight = self.reals(out, kernel, kernel, source.channels // groups, scale=0.2)
        options = {
            "kernel": kernel,
            "stride": int(self.random.choice([1, 1, 2])),
            "groups": groups,
            "activation": str(
                self.random.choice(["none", "relu", "hardswish", "swish", "sigmoid"])
            ),
            "tensors": {"weight": weight, "bias": self.reals(out)},
        }
        return options, out

    def graph(self, nodes):
        """Return graph and tensors; a few of the streams are its outputs."""
        while len(self.nodes) < nodes:
            operations = self.operations
            last = self.values[-1]
            if last.kind == "code" and self.random.random() < 0.8:
                operations = ["conv"]
            elif last.name.split(".")[0] in ("conv", "add") and self.random.random() < 0.8:
                operations = ["add", "rprelu", "quantise"]
            elif self.random.random() < 0.3:
                operations = ["quantise"]
            self.add(
                str(
                    self.random.choice(
                        [o for o in operations if o in self.operations] or self.operations
                    )
                )
            )
        streams = [value for value in self.values if value.kind == "stream"]
        chosen = {streams[-1], *self.random.choice(streams, min(2, len(streams)))}
        multiple = int(self.random.choice([8, 16, 64]))
        graph = {
            "input": {
                "channels": self.values[0].channels,
                "multiple": multiple,
                "margin": multiple * int(self.random.integers(0, 3)),
            },
            "nodes": self.nodes,
            "outputs": {value.name: value.name for value in chosen},
        }
        used = {name for node in self.nodes for name in node.get("tensors", {}).values()}
        return graph, {name: array for name, array in self.tensors.items() if name in used}


def random_network(seed, operations=INTEGER, *, nodes=12, channels=3):
    """Return graph and tensors of a sound network of these operations."""
    maker = Maker(seed, operations, channels)
    maker.add("widen")
    return maker.graph(nodes)
