"""Words without meaning in many scripts: what fills generated pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np


def one(rng: np.random.Generator, choices: Sequence[str]) -> str:
    """Return one of ``choices``, a string of characters or a sequence of strings."""
    return choices[int(rng.integers(0, len(choices)))]


@dataclass(frozen=True, slots=True)
class Script:
    """A way of writing.

    Parameters
    ----------
    name
        What it is called.
    syllable
        Parts of which a syllable takes one each.
    most
        Most syllables of a word.
    cased
        Whether sentences start with a capital.
    marks
        Comma and full stop.
    leftward
        Whether lines run from right to left.
    upright
        Whether lines run down, from right to left.
    change
        What is done to each word, or None.
    """

    name: str
    syllable: tuple[Sequence[str], ...]
    most: int = 3
    cased: bool = True
    marks: tuple[str, str] = (",", ".")
    leftward: bool = False
    upright: bool = False
    change: Callable[[str], str] | None = None

    def words(self, rng: np.random.Generator) -> Iterator[str]:
        """Yield words without end, with marks, and a capital after a full stop."""
        comma, stop = self.marks
        capital = True
        while True:
            count = 1 + int(rng.integers(0, 2 * self.most)) // 2
            word = "".join("".join(one(rng, p) for p in self.syllable) for _ in range(count))
            mark = (stop, comma, "", "", "", "", "", "", "", "")[int(rng.integers(0, 10))]
            if self.change:
                word = self.change(word)
            yield (word.capitalize() if capital and self.cased else word) + mark
            capital = mark == stop


def _long_s(word: str) -> str:
    """Write a long s wherever it does not end the word."""
    return word[:-1].replace("s", "ſ") + word[-1:]


_ONSETS = (*"bcdfghlmnprstvw", "br", "cl", "dr", "fl", "gr", "pl", "st", "th", "tr", "qu")
_VOWELS = (*"aeiouea", "ea", "ou", "io")
_CODAS = ("", "", "", *"lnrs", "nd", "rs", "st")
_GERMAN = (
    (*"bdfghklmnrstwz", "sch", "st", "sp", "ch", "br", "gr", "gl", "v"),
    (*"eeeaioua", "ei", "ie", "au", "ü", "ä", "ö"),
    ("", "n", "n", "r", "s", "t", "ch", "nd", "ng", "rt", "ss", "cht", "tz", "ck"),
)
_ARABIC = "ابتثجحخدذرزسشصضطظعغفقكلمنهويالمنيراو"
_PERSIAN = _ARABIC + "پچگک"
KANJI = (
    "一二三四五六七八九十日月火水木金土山川田人大小中上下左右天地心手口目足力男女子父母"
    "王玉石竹米糸貝車雨雪風花草虫魚鳥犬牛馬年時分今古道門国家書物事文字本作見言話読行来"
    "出入立食飲生死白赤青黒正長高安新春夏秋冬東西南北"
)
_KANA = (
    "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわをん"
)
_DEVANAGARI = "कखगघचछजझटठडढणतथदधनपफबभमयरलवशषसह"
_SIGNS = ("", "", "", "ा", "ि", "ी", "ु", "ू", "े", "ै", "ो", "ौ", "ं", "्य", "्र")

LATIN = Script("latin", (_ONSETS, _VOWELS, _CODAS))

SCRIPTS: dict[str, Script] = {
    "latin": LATIN,
    "long s": Script("long s", (_ONSETS, _VOWELS, _CODAS), change=_long_s),
    "german": Script("german", _GERMAN, change=_long_s),
    "greek": Script(
        "greek",
        ("βγδζθκλμνπρστφχψ", ("α", "ε", "η", "ι", "ο", "υ", "ω", "ου", "αι", "ά", "ί", "ῆ", "ὸ")),
        most=4,
    ),
    "cyrillic": Script(
        "cyrillic",
        ("бвгджзклмнпрстфхцчшщ", "аеёиоуыэюяаео", ("", "", "", "й", "л", "н", "р", "с", "ть")),
    ),
    "arabic": Script(
        "arabic", (_ARABIC, _ARABIC), cased=False, marks=("،", "۔"), leftward=True
    ),
    "persian": Script("persian", (_PERSIAN, ("", *_PERSIAN)), most=4, cased=False,
                      marks=("", ""), leftward=True),
    "devanagari": Script(
        "devanagari", (_DEVANAGARI, _SIGNS), most=4, cased=False, marks=(",", " ।")
    ),
    "japanese": Script(
        "japanese", ((*_KANA, *KANJI),), most=4, cased=False, marks=("、", "。"), upright=True
    ),
}  # fmt: skip
