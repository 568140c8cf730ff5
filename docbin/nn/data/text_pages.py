"""Images with labels of text, from folders in the layouts of the data sets."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from docbin.errors import InputError, UsageError
from docbin.evaluate.adding import sha256
from docbin.evaluate.labels import FORMATS, read_labels
from docbin.evaluate.labels.label import PageLabels
from docbin.evaluate.pairing import SUFFIXES
from docbin.image import as_rgb
from docbin.io import read_pages
from docbin.io.names import shown
from docbin.nn.data.pages import naming
from docbin.nn.data.text_labels import Kinds
from docbin.nn.data.text_store import TextPage
from docbin.regions import SEAL, TEXT

# What detectors learn, by `docbin.regions.TextRegion.kind` of what they find, in data sets that
# mark other things, too. Of the others all is text, and there are no seals in them.
KINDS: dict[str, dict[str, Kinds]] = {
    TEXT: {
        "ndl-docl": Kinds(
            learned=("2_handwritten", "3_typography", "6_headline", "7_caption", "8_textline"),
            background=("1_overall", "4_illustration"),
        ),
        "dkds": Kinds(learned=("Kuzushiji",)),
        "books": Kinds(learned=(TEXT,)),
    },
    SEAL: {
        "ndl-docl": Kinds(learned=("5_stamp",), background=None),
        "dkds": Kinds(learned=("Seal",), background=None),
        "books": Kinds(learned=(SEAL,), background=None),
    },
}
_NONE = Kinds(learned=(), background=None)


def kinds_of(format: str, kind: str) -> Kinds | None:
    """Return what of a data set a detector of a kind learns; None: all."""
    return KINDS[kind].get(format, None if kind == TEXT else _NONE)


@dataclass(frozen=True, slots=True)
class TextSource:
    """A data set as the command line names it.

    Parameters
    ----------
    format
        A name of `docbin.evaluate.labels.FORMATS`; the name of the data set, too.
    labels
        File or folder of the labels.
    images
        Folder of the images, with all folders in it.
    """

    format: str
    labels: Path
    images: Path

    @classmethod
    def parse(cls, text: str) -> TextSource:
        """Read ``FORMAT:DIR``, DIR having ``gt`` and ``images``, or ``FORMAT:LABELS:IMAGES``.

        Raises
        ------
        UsageError
            If it is neither.

        Examples
        --------
        >>> TextSource.parse("sroie:receipts").labels.as_posix()
        'receipts/gt'
        """
        format, _, rest = text.partition(":")
        labels, _, images = rest.partition(":")
        if format not in FORMATS or not labels:
            raise UsageError(
                f"'{text}' names no labels; give FORMAT:DIR (DIR has gt and images) or "
                f"FORMAT:LABELS:IMAGES, FORMAT being one of {', '.join(FORMATS)}"
            )
        if images:
            return cls(format, Path(labels), Path(images))
        return cls(format, Path(labels) / "gt", Path(labels) / "images")

    def pages(self, without: Collection[str] = (), kind: str = TEXT) -> Iterator[TextPage]:
        """Yield the images that have labels, but for those named in ``without``.

        Parameters
        ----------
        without
            Names of images.
        kind
            What is learned, a key of `KINDS`.

        Raises
        ------
        InputError
            If labels or images cannot be read, or labels have no image.
        """
        found = read_labels(self.labels, self.format)
        if found.failures:
            raise InputError(str(found.failures[0]))
        wanted = [page for page in found.pages if page.name not in without]
        files = self._files()
        absent = [page.name for page in wanted if page.name not in files]
        if absent:
            raise InputError(f"{shown(self.images)} has no image for the labels of {_some(absent)}")
        for page in wanted:
            yield self._page(page, files[page.name], kind)

    def _page(self, labels: PageLabels, file: Path, kind: str) -> TextPage:
        with naming(file):
            image = as_rgb(next(read_pages(file)).pixels)
        source = {
            "image": sha256(file),
            "labels": sha256(labels.file),
            "problems": [str(problem) for problem in labels.problems],
        }
        return TextPage(
            self.format, labels.name, image, labels.labels, source, kinds_of(self.format, kind)
        )

    def _files(self) -> dict[str, Path]:
        if not self.images.is_dir():
            raise InputError(f"there is no folder {shown(self.images)} with images")
        files = (path for path in self.images.rglob("*") if path.suffix.lower() in SUFFIXES)
        return {path.stem: path for path in sorted(files)}


def _some(names: Sequence[str]) -> str:
    told = ", ".join(f"'{name}'" for name in names[:3])
    return told if len(names) <= 3 else f"{told} and {len(names) - 3} more"
