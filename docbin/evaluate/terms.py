"""On which terms pages may be used, and what that means for weights that were trained on them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from docbin.errors import UsageError
from docbin.evaluate import manifests

# The set of pages that docbin draws itself.
GENERATED = "synthetic"
FREE = "Apache-2.0"
RESEARCH = "research use"
UNKNOWN = "not stated"

# Sets of images with labels of text: title, licence, terms.
_TEXT = {
    "msra-td500": (
        "MSRA-TD500",
        RESEARCH,
        "Published for research on text detection (doi:10.1109/CVPR.2012.6247787); no licence.",
    ),
    "sroie": (
        "SROIE 2019",
        RESEARCH,
        "Published for a contest of ICDAR 2019 (doi:10.1109/ICDAR.2019.00244); no licence is "
        "stated.",
    ),
    "ndl-docl": (
        "NDL-DocL",
        "Public Domain Mark",
        "Pages of old books of the National Diet Library of Japan.",
    ),
    "scenes": (
        "generated photos with text",
        "CC BY-SA 4.0",
        "Drawn by docbin.synth on photographs of Debian's desktop packages, which are under "
        "free licences, CC BY-SA among them.",
    ),
    "books": (
        "generated books",
        FREE,
        "Drawn by docbin.synth from seeds and freely licensed fonts.",
    ),
}


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a set of pages.

    Parameters
    ----------
    name, title
        On the command line, and in full.
    licence
        A licence by name, ``"research use"``, or ``"not stated"`` of a set that docbin does not
        know.
    terms
        In words.
    """

    name: str
    title: str
    licence: str
    terms: str


def terms(name: str) -> Terms:
    """Return the terms of a set by its name.

    Public data sets without a licence were published for research: ``"research use"``.

    Examples
    --------
    >>> terms("dibco2009").licence, terms("synthetic").licence, terms("mine").licence
    ('research use', 'Apache-2.0', 'not stated')
    """
    if name in _TEXT:
        return Terms(name, *_TEXT[name])
    if name == GENERATED:
        return Terms(
            name,
            "generated pages",
            FREE,
            "Drawn by docbin.synth in free fonts; no page, scan or text of others is in them.",
        )
    try:
        manifest = manifests.load(name)
    except UsageError:
        return Terms(name, name, UNKNOWN, "docbin does not know this set; ask who trained on it.")
    licence = RESEARCH if manifest.licence == UNKNOWN else manifest.licence
    return Terms(manifest.name, manifest.title, licence, manifest.terms)


def licence_of(names: Iterable[str]) -> str:
    """Return the licence line of weights that were trained on some sets.

    ``"research use"`` where a set says so; else ``"not stated"`` where docbin does not know a set;
    else the licences of the sets, of which that of generated pages asks for nothing.

    Examples
    --------
    >>> licence_of(["synthetic"]), licence_of(["synthetic", "dibco2009"])
    ('Apache-2.0', 'research use')
    """
    found = dict.fromkeys(terms(name).licence for name in names)
    for licence in (RESEARCH, UNKNOWN):
        if licence in found or not found:
            return licence if found else UNKNOWN
    others = [licence for licence in found if licence != FREE]
    return " and ".join(others) or FREE
