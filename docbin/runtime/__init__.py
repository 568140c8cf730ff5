"""Packed networks without PyTorch: file, graph, reference and `Network`."""
