"""What stands on signs, and which fonts write it."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np

from docbin.synth.scripts import SCRIPTS, one
from docbin.synth.writing import Writing


@functools.cache
def _table(encoding: str, first: int, last: int) -> str:
    """Return the characters of two bytes from row ``first`` to ``last`` of an encoding."""
    cells = (bytes((row, cell)) for row in range(first, last + 1) for cell in range(0xA1, 0xFF))
    return "".join(cell.decode(encoding, "ignore") for cell in cells)


# Level 1 of GB 2312, Big5 and JIS X 0208, and the syllables of KS X 1001: the common characters.
_ROWS = {
    "chinese": ("gb2312", 0xB0, 0xD7),
    "traditional": ("big5", 0xA4, 0xC6),
    "kanji": ("euc_jp", 0xB0, 0xCF),
    "korean": ("euc_kr", 0xB0, 0xC8),
}
_KATAKANA = (
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン"
)
_SIGNS = re.findall(
    "[A-Z]+",
    "OPEN EXIT STOP HOTEL BANK CAFE BAR PIZZA TAXI SALE NEW FREE PARKING NO SMOKING PUSH PULL "
    "ENTRANCE OFFICE STREET ROAD AVENUE NORTH SOUTH EAST WEST CENTER MARKET SHOP BOOKS MUSIC "
    "PHARMACY POLICE FIRE HOSPITAL SCHOOL LIBRARY MUSEUM STATION METRO BUS AIRPORT TICKETS "
    "TOILET MEN WOMEN WARNING DANGER CAUTION KEEP OUT PRIVATE WELCOME COFFEE TEA BREAD FISH "
    "MEAT FRUIT RESTAURANT THEATRE GARDEN PARK BRIDGE RIVER CASTLE CHURCH TOWER GATE HOUSE "
    "ROOM FLOOR LEVEL OPENING HOURS MONDAY FRIDAY SUNDAY DAILY FRESH BEST PRICE SUMMER WINTER "
    "CITY COLLEGE UNIVERSITY LIMITED COMPANY SERVICE REPAIR FASHION STYLE SPORT WORLD CLASSIC "
    "ORIGINAL ",
)

SCENE_WRITINGS = (
    Writing(
        "signs",
        "DejaVuSans(-.*|Condensed.*)?|DejaVuSerif.*|FreeSans.*|FreeSerif.*|Lato-.*|OpenSans-.*"
        "|Cantarell-.*|Comfortaa-.*|LobsterTwo-.*|BebasNeue-.*|Play-.*|Quicksand-.*|LinBiolinum.*"
        "|LinLibertine.*|Liberation(Sans|Serif).*|OldStandard-.*|Roboto.*|Cabin-.*|Dosis-.*"
        "|YanoneKaffeesatz-.*|EBGaramond.*|LeagueSpartan-.*|lobster",
        weight=6,
    ),
    Writing("signs", "Kristi|DancingScript-.*", scale=1.5, weight=0.5),
    Writing("chinese", "wqy-.*|uming|ukai", weight=3),
    Writing("traditional", "cwkai|cwyen|uming|ukai", weight=0.7),
    Writing("japanese sign", "VL-.*|ipaexm|kouzan-mouhitsu|aoyagi-soseki", weight=0.7),
    Writing("korean", "Nanum.*", weight=0.7),
    Writing("greek", "DejaVuSans.*|FreeSans.*|Roboto-.*|EBGaramond12-.*", weight=0.3),
    Writing("cyrillic", "DejaVuS.*|FreeSerif.*|Roboto.*|OpenSans-.*", weight=0.5),
    Writing("arabic", "DejaVuSans(-Bold)?|Amiri-(Bold|Regular)", scale=1.2, weight=0.4),
    Writing("devanagari", "FreeSans(Bold)?|Lohit-Devanagari", scale=1.1, weight=0.3),
)
BUILT_IN = "signs"


def is_compact(script: str) -> bool:
    """Say whether a script is written without blanks, also in lines that run down."""
    return script in _ROWS or script == "japanese sign"


def lines_of(rng: np.random.Generator, script: str, lines: int) -> list[list[str]]:
    """Return lines of words, from one word to five."""
    source = _compact(rng, script) if is_compact(script) else _words(rng, script)
    most = 3 if is_compact(script) else 5
    return [list(islice(source, 1 + int(most * float(rng.random()) ** 2))) for _ in range(lines)]


def leftward(script: str) -> bool:
    """Say whether lines run from right to left."""
    return script in SCRIPTS and SCRIPTS[script].leftward


def _compact(rng: np.random.Generator, script: str) -> Iterator[str]:
    if script == "japanese sign":
        letters = one(rng, (_KATAKANA, _table(*_ROWS["kanji"])))
    else:
        letters = _table(*_ROWS[script])
    while True:
        yield (
            _figures(rng)
            if rng.random() < 0.06
            else "".join(one(rng, letters) for _ in range(int(rng.integers(1, 8))))
        )


def _words(rng: np.random.Generator, script: str) -> Iterator[str]:
    """Yield words in one case, with figures between them."""
    latin = script == "signs"
    case = one(rng, ("upper", "upper", "lower", "title", "title"))
    script_of = SCRIPTS["latin" if latin else script]
    source = script_of.words(rng)
    while True:
        word = next(source)
        if latin and rng.random() < 0.5:
            word = one(rng, _SIGNS)
        elif rng.random() < 0.1 and not script_of.leftward:
            word = _figures(rng)
        word = word.strip("".join(script_of.marks)) if rng.random() < 0.7 else word
        yield getattr(str, case)(word) if script_of.cased else word


def _figures(rng: np.random.Generator) -> str:
    """Return a number as of a house, a price, an hour, a telephone or a year."""
    form = one(rng, ("#", "##", "###", "$#.##", "##:##", "###-####", "20##", "##%", "#.##", "A##"))
    return re.sub("#", lambda _: str(int(rng.integers(0, 10))), form)


def font_table(files: list[Path], pattern: str) -> list[tuple[Writing, tuple[str, ...]]]:
    """Return the writings that those of the files allow whose names match, each with its faces."""
    by_stem = {path.stem: str(path) for path in sorted(files) if re.fullmatch(pattern, path.stem)}
    found = []
    for writing in SCENE_WRITINGS:
        faces = tuple(path for stem, path in by_stem.items() if re.fullmatch(writing.fonts, stem))
        if faces:
            found.append((writing, faces))
    return found
