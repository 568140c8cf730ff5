from __future__ import annotations

import pytest

from docbin.errors import UsageError
from docbin.ops.parameters import choice, number
from docbin.ops.window import checked, in_pixels


@pytest.mark.parametrize(
    ("window", "dpi", "pixels"),
    [
        (25, None, 25),
        (24, None, 25),
        (3, 600, 3),
        ("2mm", None, 25),  # 23.6 pixels
        ("2mm", 600, 49),  # 47.2
        ("0.25in", 100, 25),  # 25 exactly
        ("0.01 mm", 100, 3),
    ],
)
def test_in_pixels(window: int | str, dpi: float | None, pixels: int) -> None:
    assert in_pixels(window, dpi) == pixels


@pytest.mark.parametrize("wrong", [2, 0, -5, True, 2.5, "2", "2cm", "0mm", "-1mm", None, 1 << 21])
def test_wrong_windows_are_refused(wrong: object) -> None:
    with pytest.raises(UsageError, match=r"window is .*2mm"):
        checked("window", wrong)


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), "1", None, True, -0.1, 1.1])
def test_wrong_numbers_are_refused(wrong: object) -> None:
    with pytest.raises(UsageError, match=r"k is .*; give a number from 0 to 1"):
        number("k", wrong, 0, 1)


def test_whole_numbers() -> None:
    number("n", 3, 1, whole=True)
    with pytest.raises(UsageError, match=r"n is 3.0; give a whole number from 1$"):
        number("n", 3.0, 1, whole=True)


def test_choice_gives_a_hint() -> None:
    choice("mode", "left", ["left", "right"])
    with pytest.raises(UsageError, match="Did you mean 'right'"):
        choice("mode", "rihgt", ["left", "right"])
