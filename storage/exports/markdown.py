"""The strategy as CommonMark, in which nothing that people typed as text is read as a sign."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from .body import blocks, inlines, rows, text_of
from .document import Document, Line

if TYPE_CHECKING:
    from markdown_it.tree import SyntaxTreeNode

# Signs that mean something within a line, wherever they stand; a low line only beside something that is no word.
_SIGN = re.compile(
    r"""[\\`*\[~]
    | (?<![^\W_])_ | _(?![^\W_])
    | <(?=[A-Za-z/!?]|$) | &(?=\#?\w{1,31};|$)
    | (?<=[ ])\#(?=\#*$)""",
    re.VERBOSE,
)
# Signs that begin a block where they begin a line.
_BEGINNING = re.compile(r"([-+>#=])|(\d{1,9})([.)])(?=\s|$)")
# Spaces that touch the signs of emphasis, which must have been typed as entities.
_EDGE = re.compile(r"^\s|\s$")
# A line break at the end of a line, not a backslash that somebody typed.
_BROKEN = re.compile(r"(?<!\\)(?:\\\\)*\\$")
_INFO = re.compile(r"[\w+#.-]+")


def escaped(text: str) -> str:
    """One line of text, to be read as it stands, wherever in a document."""
    return _at_start(_SIGN.sub(r"\\\g<0>", text))


def _at_start(line: str) -> str:
    if line[:1] in "-+>#=0123456789" and (found := _BEGINNING.match(line)):
        return f"\\{line}" if found[1] else f"{found[2]}\\{line[found.start(3) :]}"
    return line


def as_markdown(document: Document) -> str:
    """The document as CommonMark."""
    return "\n".join(_lines(document))


def _lines(document: Document) -> Iterator[str]:
    yield f"# {escaped(document.title)}"
    yield ""
    yield escaped(document.occasion)
    for section in document.sections:
        yield from ("", f"## {escaped(section.heading)}", "")
        yield from _items(section.lines)
        for number, entry in enumerate(section.entries, 1):
            if number > 1:
                yield ""
            yield f"### {number}. {escaped(entry.title)}" if section.numbered else f"### {escaped(entry.title)}"
            if entry.body and (body := body_lines(entry.body)):
                yield ""
                yield from body
            if entry.lines:
                yield ""
                yield from _items(entry.lines)
    yield from ("", "---", "", escaped(document.provenance), "")


def _items(lines: Sequence[Line]) -> Iterator[str]:
    apart = False
    for line in lines:
        if apart:
            yield ""
        yield f"- {escaped(line.text)}"
        body = body_lines(line.body) if line.body else []
        if body:
            yield ""
            yield from _indented(body, "  ")
        if body and line.below:
            yield ""
        yield from _indented(_items(line.below), "  ")
        apart = bool(body)


def _indented(lines: Iterable[str], by: str) -> Iterator[str]:
    return (by + line if line else "" for line in lines)


def body_lines(body: str) -> list[str]:
    """A body as lines of Markdown that mean within a document what the body means alone.

    Its headings become strong text, its lists never go on in a list of the document.
    """
    return _blocks(blocks(body))


def _blocks(nodes: Sequence[SyntaxTreeNode], *, apart: bool = True) -> list[str]:
    lines: list[str] = []
    sign = ""
    for node in nodes:
        # Two lists side by side are one, unless their signs differ. The document's own have a hyphen.
        if node.type == "bullet_list":
            sign = "+" if sign == "*" else "*"
        elif node.type == "ordered_list":
            sign = ")" if sign == "." else "."
        else:
            sign = ""
        if block := _block(node, sign):
            lines += [""] if lines and apart else []
            lines += block
    return lines


def _block(node: SyntaxTreeNode, sign: str) -> list[str]:
    match node.type:
        case "paragraph":
            return _text_lines(_inline(inlines(node)))
        case "heading":
            words = _inline(inlines(node), strong=False).strip()
            return [f"**{words}**"] if words else []
        case "bullet_list" | "ordered_list":
            return _list(node, sign)
        case "blockquote":
            return [f"> {line}" if line else ">" for line in _blocks(node.children)]
        case "fence" | "code_block":
            return _code(node)
        case "table":
            return _table(node)
        case _:
            return ["***"]


def _list(node: SyntaxTreeNode, sign: str) -> list[str]:
    tight = all(_is_tight(item) for item in node.children)
    first = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else 0
    lines: list[str] = []
    for number, item in enumerate(node.children, first):
        marker = f"{min(number, 999_999_999)}{sign} " if node.type == "ordered_list" else f"{sign} "
        head, *rest = _blocks(item.children, apart=not tight) or [""]
        lines += [""] if lines and not tight else []
        lines.append((marker + head).rstrip())
        lines += _indented(rest, " " * len(marker))
    return lines


def _is_tight(item: SyntaxTreeNode) -> bool:
    kinds = [child.type for child in item.children]
    return kinds in (["paragraph"], ["paragraph", "bullet_list"]) and item.children[0].hidden


def _code(node: SyntaxTreeNode) -> list[str]:
    longest = max(map(len, re.findall("`+", node.content)), default=0)
    fence = "`" * max(3, longest + 1)
    info = _INFO.match(node.info)
    return [f"{fence}{info[0] if info else ''}", *node.content.removesuffix("\n").split("\n"), fence]


def _table(node: SyntaxTreeNode) -> list[str]:
    lines = ["| " + " | ".join(_inline(inlines(cell)).replace("|", "\\|") for cell in row) + " |" for row in rows(node)]
    width = len(next(rows(node)))
    return [lines[0], "|" + " --- |" * width, *lines[1:]]


def _text_lines(text: str) -> list[str]:
    lines = [_at_start(line) for line in map(_trimmed, text.split("\n")) if line not in ("", "\\")]
    if lines and _BROKEN.search(lines[-1]):  # nothing is left to break the line from
        lines[-1] = lines[-1][:-1]
    return lines


def _trimmed(line: str) -> str:
    return line.strip(" \t")


def _inline(nodes: Sequence[SyntaxTreeNode], *, strong: bool = True) -> str:
    text = ""
    for node in nodes:
        match node.type:
            case "text":
                text += _SIGN.sub(r"\\\g<0>", text_of(node)).replace("]", "\\]")
            case "softbreak":
                text += "\n"
            case "hardbreak":
                text += "\\\n"
            case "code_inline":
                text += _code_span(node.content)
            case "em" | "strong" | "s":
                inner = _EDGE.sub(_spelled_out, _inline(node.children, strong=strong))
                text += f"{node.markup}{inner}{node.markup}" if strong or node.type != "strong" else inner
            case "link" | "image":
                words = _inline(node.children, strong=strong)
                address = str(node.attrs.get("href") or node.attrs.get("src"))
                if text.endswith("!"):  # would make it a picture
                    text = f"{text[:-1]}\\!"
                text += f"[{words}]({_destination(address)})"
    return text


def _spelled_out(space: re.Match[str]) -> str:
    return f"&#{ord(space[0])};"


def _code_span(content: str) -> str:
    runs = {len(run) for run in re.findall("`+", content)}
    mark = "`" * next(n for n in range(1, len(runs) + 2) if n not in runs)
    inset = content.startswith(("`", " ")) or content.endswith(("`", " "))
    room = " " if inset and content.strip(" ") else ""
    return f"{mark}{room}{content}{room}{mark}"


def _destination(address: str) -> str:
    address = re.sub(r"[\\&]", r"\\\g<0>", address)
    return f"<{address}>" if re.search(r"[()\s]", address) else address
