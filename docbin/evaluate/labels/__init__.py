"""Labels of text regions: the formats of public data sets, read with every oddity reported."""

from docbin.evaluate.labels.formats import FORMATS
from docbin.evaluate.labels.label import Label, PageLabels, Problem
from docbin.evaluate.labels.reading import LabelSet, read_labels

__all__ = ["FORMATS", "Label", "LabelSet", "PageLabels", "Problem", "read_labels"]
