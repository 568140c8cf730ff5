"""What every reader of packed networks refuses in the graph of `packed_networks.block`, and why."""


def without(key):
    """Return a change: the key is gone."""
    return lambda part: part.pop(key)


def changed(**more):
    return lambda part: part.update(more)


# Which node, its change, and what the message names.
WRONG_NODES = [
    (0, without("op"), "node 0 lacks op"),
    (1, without("bits"), r"node 1 \(quantise to 'codes'\) lacks the key 'bits'"),
    (1, changed(bits=True), "needs bits as one of"),
    (1, changed(bits=8.0), "needs bits as one of"),
    (1, changed(more=1), "unknown key 'more'"),
    (1, changed(to="a b"), "as a name"),
    (1, changed(to="bands"), "a second time"),
    (1, changed(to="image"), "a second time"),
    (1, changed(**{"from": ["stem"]}), "'stem', which no node before it makes"),
    (1, changed(**{"from": [["stem"]]}), "which no node before it makes"),
    (1, changed(**{"from": "bands"}), "as a list"),
    (1, changed(**{"from": ["bands", "bands"]}), "as a list of 1 to 1"),
    (1, changed(tensors={"shift": "q0.shift"}), "lacks the key 'mult'"),
    (1, changed(tensors={"shift": "q0.mult", "mult": "q0.shift"}), "1 to 32767 are allowed"),
    (1, changed(tensors={"shift": "none", "mult": "q0.mult"}), "that the file lacks"),
    (1, changed(tensors={"shift": 5, "mult": "q0.mult"}), "that the file lacks"),
    (2, changed(kernel=2), "needs kernel"),
    (2, changed(kernel=1), r"must be I8\[1, 5, 1, 12\]"),
    (2, changed(stride=3), "needs stride"),
    (2, changed(shift=47), "needs shift as a whole number from 0 to 46"),
    (2, changed(shift=-1), "needs shift"),
    (2, changed(**{"from": ["bands"]}), "another kind"),
    (5, changed(**{"from": ["sum", "bands"]}), "takes values of one shape"),
    (9, changed(op="unhaar"), "unknown key 'factor'"),
    (9, changed(factor=4), "multiple of 16 channels"),
]

# The same of the graph's input and output.
WRONG_ENDS = [
    ("input", changed(channels=2), "2 channels"),
    ("input", changed(channels=True), "channels as a whole number"),
    ("input", changed(multiple=1), "does not divide"),
    ("input", changed(margin=258), "margin as a whole number"),
    ("input", changed(color=1), "unknown key 'color'"),
    ("input", without("margin"), "lacks the key 'margin'"),
    ("output", changed(threshold=40000), "threshold as a whole number"),
    ("output", changed(scale="1"), "finite number"),
    ("output", changed(scale=1e300), "finite number"),
    ("output", changed(**{"from": "head"}), "not of 1 channel"),
    ("output", changed(**{"from": "codes"}), "no stream"),
    ("output", changed(**{"from": "nobody"}), "no node"),
    ("input", changed(channels=4), "4 channels; 1 or 3"),
    ("input", changed(channels=5), "channels as a whole number"),
    ("input", changed(contrast=[]), "contrast as a list"),
    ("input", changed(contrast=31), "contrast as a list"),
    ("input", changed(contrast=[30, 31]), "contrast as a list"),
    ("input", changed(contrast=[31, 31]), "contrast as a list"),
    ("input", changed(contrast=[1, 31]), "contrast as a list"),
    ("input", changed(contrast=[31, 513]), "contrast as a list"),
    ("input", changed(contrast=[31, True]), "contrast as a list"),
    ("input", changed(contrast=[31, 33.0]), "contrast as a list"),
    ("input", changed(contrast=[3, 5, 7, 9]), "contrast as a list"),
    ("input", changed(level=1), "unknown key 'level'"),
    ("input", changed(contrast=[31, 33], level=0), "level as a whole number"),
    ("input", changed(contrast=[31, 33], level=65), "level as a whole number"),
    ("input", changed(contrast=[31, 33], level=1.5), "level as a whole number"),
    ("input", changed(contrast=[31]), "3 channels; 1 contrast windows make 2"),
    ("input", changed(multiple=0), "multiple as a whole number"),
    ("output", changed(threshold=0.5), "threshold as a whole number"),
]
