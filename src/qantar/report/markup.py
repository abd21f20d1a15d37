"""HTML by construction: whatever is not markup made here is escaped."""

from __future__ import annotations

import html
from collections.abc import Iterable

VOID = frozenset({"meta", "img", "br"})


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def element(name: str, /, *children: str, **attributes: str) -> Markup:
    """An element; plain text among its children and attributes is escaped, `class_` stands for `class`."""
    written = "".join(f' {key.rstrip("_").replace("_", "-")}="{html.escape(value)}"' for key, value in attributes.items())
    if name in VOID:
        return Markup(f"<{name}{written}>")
    return Markup(f"<{name}{written}>{joined(children)}</{name}>")


def joined(parts: Iterable[str]) -> Markup:
    """Parts one after the other, escaped where they are no markup."""
    return Markup("".join(part if isinstance(part, Markup) else html.escape(part) for part in parts))


def items(sentences: Iterable[str], kind: str = "ul") -> Markup:
    """A list."""
    return element(kind, *(element("li", sentence) for sentence in sentences))


def paragraphs(text: str) -> Markup:
    """Paragraphs of a text, split at empty lines."""
    return joined(element("p", " ".join(part.split())) for part in text.split("\n\n") if part.strip())


def table(caption: str, head: Iterable[str], rows: Iterable[Iterable[str]], *, class_: str = "") -> Markup:
    """A table with a caption; the first cell of a row is its header."""
    top = element("thead", element("tr", *(element("th", name, scope="col") for name in head)))
    body = element("tbody", *(_row(list(row)) for row in rows))
    inner = element("table", element("caption", caption), top, body, class_=class_)
    return element("div", inner, class_="scroll", tabindex="0", role="region", aria_label=caption)


def _row(cells: list[str]) -> Markup:
    return element("tr", element("th", cells[0], scope="row"), *(element("td", cell) for cell in cells[1:]))
