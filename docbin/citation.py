"""Where a method comes from, as data: printed by ``docbin methods`` and as BibTeX."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Citation:
    """One publication.

    Parameters
    ----------
    key
        BibTeX key, for example ``"sauvola2000"``.
    authors
        ``"Sauvola, J. and Pietikäinen, M."`` in BibTeX's form.
    title, venue
        Title of the work; journal, proceedings or publisher.
    year
        Year of publication.
    doi
        Digital object identifier without a prefix, or empty.
    kind
        BibTeX entry type: ``article``, ``inproceedings``, ``book``, ``misc``.
    note
        For example that only a secondary source of the formula could be had.
    """

    key: str
    authors: str
    title: str
    venue: str
    year: int
    doi: str = ""
    kind: str = "article"
    note: str = ""

    def short(self) -> str:
        """Return ``"Sauvola and Pietikäinen 2000"``: family names and year."""
        # Braces keep the name of a group in one piece.
        names = [author.partition(",")[0].strip(" {}") for author in self.authors.split(" and ")]
        if len(names) > 3:
            return f"{names[0]} et al. {self.year}"
        return f"{' and '.join(filter(None, [', '.join(names[:-1]), names[-1]]))} {self.year}"

    def bibtex(self) -> str:
        """Return the entry as BibTeX."""
        venue = {"article": "journal", "inproceedings": "booktitle", "book": "publisher"}.get(
            self.kind, "howpublished"
        )
        fields = {
            "author": self.authors,
            "title": f"{{{self.title}}}",
            venue: self.venue,
            "year": str(self.year),
            "doi": self.doi,
            "note": self.note,
        }
        lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
        return "\n".join([f"@{self.kind}{{{self.key},", *lines, "}"])
