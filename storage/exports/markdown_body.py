"""A body within the strategy as CommonMark: what its author meant, and nothing that reaches beyond it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from .body import blocks, inlines, paragraphs, rows, text_of, words_of
from .escape import at_start, within

if TYPE_CHECKING:
    from markdown_it.tree import SyntaxTreeNode

_MARKS = frozenset({"em", "strong", "s"})
_INFO = re.compile(r"[\w+#.-]+")
_BREAK = "\0"
"""Stands for a line break that the author typed, until the lines are known. No text has one."""

MOST_KEPT = 4_000
LONGEST_KEPT = 1_000
"""How many bodies, up to how many characters, are kept as they were read: most of the time that a long document takes
goes into reading them, and a preview is made anew at every change."""


def body_lines(body: str) -> list[str]:
    """A body as lines of Markdown. Its headings become strong text, its lists never go on in one of the document."""
    if (plain := paragraphs(body)) is not None:
        return "\n\n".join(plain).split("\n") if plain else []
    return list(_kept(body)) if len(body) <= LONGEST_KEPT else _blocks(blocks(body))


@lru_cache(maxsize=MOST_KEPT)
def _kept(body: str) -> tuple[str, ...]:
    return tuple(_blocks(blocks(body)))


def _blocks(nodes: Sequence[SyntaxTreeNode], *, apart: bool = True) -> list[str]:
    lines: list[str] = []
    sign = ""
    for node in nodes:
        # Two lists side by side are one, unless their signs differ. The document's own have a hyphen.
        if node.type == "bullet_list":
            sign = "+" if sign == "*" else "*"
        elif node.type == "ordered_list":
            sign = ")" if sign == "." else "."
        block = _block(node, sign)
        if block:
            lines += [""] if lines and apart else []
            lines += block
            sign = sign if node.type.endswith("_list") else ""
    return lines


def _block(node: SyntaxTreeNode, sign: str) -> list[str]:
    match node.type:
        case "paragraph":
            return _paragraph(inlines(node))
        case "heading":
            return _heading(inlines(node))
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
        lines += [" " * len(marker) + line if line else "" for line in rest]
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
    cells = [[_inline(inlines(cell)).replace(_BREAK, "").replace("|", "\\|") for cell in row] for row in rows(node)]
    lines = [f"| {' | '.join(row)} |" for row in cells]
    return [lines[0], "|" + " --- |" * len(cells[0]), *lines[1:]]


def _paragraph(nodes: Sequence[SyntaxTreeNode]) -> list[str]:
    lines = _lines(_inline(nodes))
    return lines if _as_meant(lines, nodes) else _lines(_inline(nodes, frozenset()))


def _heading(nodes: Sequence[SyntaxTreeNode]) -> list[str]:
    for marks in (_MARKS - {"strong"}, frozenset[str]()):
        words = " ".join(_inline(nodes, marks).replace(_BREAK, "").split())
        lines = [f"**{words}**"] if words else []
        if _as_meant(lines, nodes):
            break
    return lines


def _as_meant(lines: Sequence[str], nodes: Sequence[SyntaxTreeNode]) -> bool:
    """Whether the lines are read with the same words again: signs of emphasis depend on what stands beside them."""
    if not any(node.type in _MARKS for node in nodes):
        return True
    read = [words_of(inlines(block)) if block.type == "paragraph" else "" for block in blocks("\n".join(lines))]
    return read == [words_of(nodes)]


def _lines(text: str) -> list[str]:
    lines = [line for line in map(str.strip, text.split("\n")) if line not in ("", _BREAK)]
    if lines:  # after the last one there is nothing to break from
        lines[-1] = lines[-1].replace(_BREAK, "").rstrip()
    return [at_start(line.replace(_BREAK, "\\")) for line in lines]


def _inline(nodes: Sequence[SyntaxTreeNode], marks: frozenset[str] = _MARKS) -> str:
    text = ""
    for node in nodes:
        match node.type:
            case "text":
                text += within(text_of(node)).replace("]", "\\]")
            case "softbreak":
                text += "\n"
            case "hardbreak":
                text += f"{_BREAK}\n"
            case "code_inline":
                text += _code_span(node.content)
            case "em" | "strong" | "s":
                sign = node.markup if node.type in marks else ""
                text += f"{sign}{_inline(node.children, marks)}{sign}"
            case "link" | "image":
                if text.endswith("!"):  # would make it a picture
                    text = f"{text[:-1]}\\!"
                address = str(node.attrs.get("href") or node.attrs.get("src"))
                text += f"[{_inline(node.children, marks)}]({_destination(address)})"
    return text


def _code_span(content: str) -> str:
    runs = {len(run) for run in re.findall("`+", content)}
    mark = "`" * next(n for n in range(1, len(runs) + 2) if n not in runs)
    inset = content.startswith(("`", " ")) or content.endswith(("`", " "))
    room = " " if inset and content.strip(" ") else ""
    return f"{mark}{room}{content}{room}{mark}"


def _destination(address: str) -> str:
    address = re.sub(r"[\\&]", r"\\\g<0>", address)
    return f"<{address}>" if re.search(r"[()\s]", address) else address
