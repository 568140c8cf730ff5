"""XML with the line of every element; entities are refused before they can grow."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from docbin.errors import InputError
from docbin.evaluate.labels.lines import read_text
from docbin.io.names import shown


@dataclass(slots=True)
class Node:
    """An element: its name, the line at which it starts, its text, what is in it."""

    name: str
    line: int
    text: str = ""
    inside: list[Node] = field(default_factory=list)

    def all(self, name: str) -> list[Node]:
        """Return the elements of this name at any depth, in order."""
        found, waiting = [], self.inside[::-1]
        while waiting:
            node = waiting.pop()
            if node.name == name:
                found.append(node)
            waiting.extend(node.inside[::-1])
        return found

    def text_of(self, name: str) -> str:
        """Return the text of the first element of this name, or nothing."""
        found = self.all(name)
        return found[0].text.strip() if found else ""


def read_xml(path: Path) -> Node:
    """Return the root; what is no XML is an `InputError` with its line."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    top = Node("", 0)
    open_nodes = [top]

    def start(name: str, _: dict[str, str]) -> None:
        node = Node(name, parser.CurrentLineNumber)
        open_nodes[-1].inside.append(node)
        open_nodes.append(node)

    def text(content: str) -> None:
        open_nodes[-1].text += content

    def entity(*_: object) -> None:
        line = parser.CurrentLineNumber
        raise InputError(f"{shown(path)}, line {line}: entities are not allowed in labels")

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: open_nodes.pop()
    parser.CharacterDataHandler = text
    parser.EntityDeclHandler = entity
    try:
        parser.Parse(read_text(path).encode(), True)  # noqa: FBT003 (expat has no keyword)
    except expat.ExpatError as error:
        raise InputError(
            f"{shown(path)}, line {error.lineno}: no XML: {expat.ErrorString(error.code)}"
        ) from error
    return top.inside[0]
