from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import LANGUAGES, Store, demo
from storage.exports import document_language
from storage.exports.body import blocks
from storage.exports.document import Document, Line, Section
from storage.exports.html import as_fragment, as_html
from storage.exports.html_look import CODE, END, OPEN, STYLES, WIDE
from storage.exports.strategy import strategy
from storage.text import clean, clean_line

from .conftest import Table
from .pages import Element, measured, mistakes, read
from .test_markdown import document_of, expected
from .test_markdown_body import shape
from .texts import SIGNS, bodies, sample_strings, titles

NOW = dt.datetime(2026, 5, 12, 16, 40, tzinfo=dt.UTC)

TAGS = {*STYLES, "tr", "a", "br", "hr", "code", "em", "strong", "s"}
LOOKS = {*STYLES.values(), *re.findall('style="(.*?)"', f"{WIDE}{CODE}{END}"), "margin:0"}

RICH = """## A heading with *marks*

Some text with a [link](https://example.org/a?b=c&d="e"), **bold**, ~~gone~~ and `code <b>`.

- one
- two
  1. deep

> A quotation that is long enough to be broken over several lines in the narrow window of a telephone.

```
return "a rather long line of code that goes on well beyond the width of a small screen"
```

| Who | Does what | How many hours a week | And where |
|---|---|---|---|
| Nadia | stories | 2 | averyveryverylongwordthatcannotbebrokenanywhere |

<https://example.org/{}>
""".format("a" * 200)


def page_of(body: str) -> Element:
    """The item whose body this is."""
    document = Document("en", "t", "o", "", (Section("part", (Line("line", body), Line("next"))),), "end")
    return next(read(as_fragment(document)).all("li"))


def inside(body: str) -> str:
    """A body as HTML, without styles and line breaks between elements."""
    document = Document("en", "t", "o", "", (Section("part", (Line("line", body),)),), "end")
    source = as_fragment(document).split("line\n", 1)[1].rsplit("</li>", 1)[0]
    return re.sub(r">\n+<", "><", re.sub(' style="[^"]*"', "", source)).strip("\n")


def texts_of(page: Element) -> list[str]:
    """The texts of headings, paragraphs and items, in their order, but for line breaks between elements."""
    found = (element.own_text for element in page.all("h1", "h2", "h3", "p", "li"))
    return [text.removesuffix("\n") for text in found]


# Structure


def test_the_mail_has_the_parts_of_the_document(french: Table) -> None:
    page = read(as_html(french.document("fr", digest="7f3a91c2a0")))
    assert next(page.all("html")).attributes["lang"] == next(page.all("div")).attributes["lang"] == "fr"
    assert next(page.all("title")).text == "Les Amis du Phare\u00a0: stratégie médias sociaux"
    assert texts_of(page)[:4] == [
        "Les Amis du Phare\u00a0: stratégie médias sociaux",
        "Atelier du 12 mai 2026, avec Nadia (médias sociaux) et Paul (directeur)",
        "En bref",
        "Nous parlons d'abord aux parents du quartier.",
    ]
    assert [element.text for element in page.all("h3")][:2] == [
        "1. Nous parlons d'abord aux parents du quartier",
        "Deux stories par semaine, par les bénévoles",
    ]
    assert texts_of(page)[-1] == "Accord, modification 27, empreinte 7f3a91c2"


def test_a_page_is_the_fragment_with_a_head(french: Table) -> None:
    document = french.document("fr", full=True)
    page, fragment = as_html(document), as_fragment(document)
    assert page.startswith('<!DOCTYPE html>\n<html lang="fr">\n<head>\n<meta charset="utf-8">\n')
    assert page.endswith(f'<body style="margin:0">\n{fragment}</body>\n</html>\n')
    assert [element.tag for element in read(fragment).children] == ["div"]


@settings(deadline=None)
@given(st.lists(titles, min_size=7, max_size=7))
def test_every_text_is_read_as_it_was_typed(texts: list[str]) -> None:
    page = read(as_html(document_of(texts)))
    assert texts_of(page) == expected(texts)
    assert next(page.all("title")).text == texts[0]
    assert page.shape() == read(as_html(document_of(["x"] * 7))).shape()


if sample_strings():

    def test_strings_that_break_programs_are_text() -> None:
        plain = read(as_html(document_of(["x"] * 7))).shape()
        for text in sample_strings():
            page = read(as_html(document_of([text] * 7)))
            assert texts_of(page) == [re.sub("[\ufffe\uffff]", "\ufffd", each) for each in expected([text] * 7)]
            assert page.shape() == plain


def test_no_style_is_too_clever_for_a_mail_program() -> None:
    for style in LOOKS:
        assert not re.search(r"color|background|url|position|float|flex|grid|var\(|calc\(|@|[\"<>&]", style)
    assert {re.match("<([a-z0-9]+)", tag)[1] for tag in (*OPEN.values(), WIDE, CODE, END)} <= TAGS  # type: ignore[index]


# Bodies


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("*a* **b** `c` ~~d~~", "<p><em>a</em> <strong>b</strong> <code>c</code> <s>d</s></p>"),
        ("# Heading\nand text", "<p><strong>Heading</strong></p><p>and text</p>"),
        ("#", ""),
        ("- a\n- b\n  - c", "<ul><li>\na\n</li><li>\nb\n<ul><li>\nc\n</li></ul></li></ul>"),
        ("- a\n\n- b", "<ul><li><p>a</p></li><li><p>b</p></li></ul>"),
        ("2. a", '<ol start="2"><li>\na\n</li></ol>'),
        ("1. a", "<ol><li>\na\n</li></ol>"),
        ("> said", "<blockquote><p>said</p></blockquote>"),
        ("```py\nif x < 1:\n    y\n```", "<pre><code>if x &lt; 1:\n    y</code></pre>"),
        ("one\n\n---\n\ntwo", "<p>one</p><hr><p>two</p>"),
        ("two\nlines", "<p>two<br>\nlines</p>"),
        ("hard  \nbreak", "<p>hard<br>\nbreak</p>"),
        (
            "| a | b |\n|---|---|\n| c | d |",
            "<div><table><tr><th>a</th><th>b</th></tr><tr><td>c</td><td>d</td></tr></table></div>",
        ),
        ("<b>x</b> &amp; 1", "<p>&lt;b&gt;x&lt;/b&gt; &amp; 1</p>"),
        ("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>"),
        ("[s](https://example.org/)", '<p><a href="https://example.org/">s</a> (https://example.org/)</p>'),
        ("<https://example.org/é>", '<p><a href="https://example.org/%C3%A9">https://example.org/é</a></p>'),
        ("[P](mailto:p@example.org)", '<p><a href="mailto:p@example.org">P</a> (p@example.org)</p>'),
        ("<p@example.org>", '<p><a href="mailto:p@example.org">p@example.org</a></p>'),
        ("![plan](https://example.org/p)", '<p><a href="https://example.org/p">plan</a> (https://example.org/p)</p>'),
        ("![](https://example.org/p)", '<p><a href="https://example.org/p">https://example.org/p</a></p>'),
        (
            "[![i](http://e.org/i)](http://e.org)",
            '<p><a href="http://e.org">i (http://e.org/i)</a> (http://e.org)</p>',
        ),
        ('[x](https://e.org/?a"b&c)', '<p><a href="https://e.org/?a%22b&amp;c">x</a> (https://e.org/?a%22b&amp;c)</p>'),
        ("[x](https://e.org/#a#b)", '<p><a href="https://e.org/#a%23b">x</a> (https://e.org/#a#b)</p>'),
        ("[x](javascript:alert)", "<p>[x](javascript:alert)</p>"),
        ("[x](JAVAscript&colon;alert)", "<p>[x](JAVAscript:alert)</p>"),
        ("[x](data:text/html,y)", "<p>[x](data:text/html,y)</p>"),
        ("[x](//e.org)", "<p>[x](//e.org)</p>"),
        ("[x](https:///path)", "<p>x (https:///path)</p>"),
        ("a&#x202e;b&#13;c&#12;d", "<p>ab c d</p>"),
        ("a&#x2028;b", "<p>a b</p>"),
    ],
)
def test_a_body_means_what_it_meant_alone(body: str, html: str) -> None:
    assert inside(body) == html


@settings(deadline=None)
@given(bodies)
def test_no_body_brings_anything_but_what_mail_programs_show(body: str) -> None:
    page = read(as_html(document_of(list("abcdefg"), body)))
    assert [element.text for element in page.all("h1", "h2", "h3")] == ["a", "c", "Entries", "f", "numbered"]
    assert texts_of(page)[-1] == "provenance"
    root = next(page.all("body"))
    for element in (root, *root.all()):
        assert element.tag in TAGS | {"body"}
        for name, value in element.attributes.items():
            assert value is not None
            match name:
                case "style":
                    assert value in LOOKS
                case "href":
                    assert element.tag == "a"
                    assert re.match(r"(https?://|mailto:)[!-~]+\Z", value, re.IGNORECASE)
                case "start":
                    assert element.tag == "ol"
                    assert value.isdecimal()
                case _:
                    assert (element.tag, name, value) == ("div", "lang", "en")
    assert not [inner for link in page.all("a") for inner in link.all("a")]


def squeezed(words: str) -> str:
    return re.sub(r"\s", "", clean(words))


@settings(deadline=None)
@given(bodies)
def test_no_word_of_a_body_is_lost_and_only_addresses_are_added(body: str) -> None:
    item = page_of(body)
    found = squeezed(item.text.removeprefix("line"))
    # That function leaves bars, colons and hyphens out of account.
    typed = squeezed("".join(shape(body)))
    if any(node.type in ("link", "image") for block in blocks(body) for node in block.walk()):
        rest = iter(re.sub("[|:-]", "", found))
        assert all(character in rest for character in typed)
    else:
        assert re.sub("[|:-]", "", found) == typed


# Validity


def demo_documents(folder: Path) -> Iterator[tuple[str, Document]]:
    for lang in LANGUAGES:
        path = folder / f"{lang}.json"
        demo.write(path, lang, now=NOW)
        with Store.open(path) as store:
            board = store.board
        for full in (False, True):
            document = strategy(board, document_language(lang), full=full, today=NOW.date(), digest="7f3a91c2a0")
            yield f"demo-{lang}-{'full' if full else 'short'}", document


def hostile_documents() -> Iterator[tuple[str, Document]]:
    """Every sign as every text, and two hundred bodies thrown together from pieces."""
    chance = random.Random(1)
    for number, sign in enumerate((*SIGNS, "\ufffe\uffff\ufdd0\U0001fffe\U0010ffff")):
        yield f"sign-{number}", document_of([clean_line(sign)] * 7, clean(sign))
    pieces = (*SIGNS, *RICH.splitlines(keepends=True), "\n\n", "\n- ", "\n7. ", "\n> ", "<div>\n", "<!--", "```\n")
    pieces += ("[e](https://e&#x202;.org:99999/%)", "&#xfffe;", "[p](http://p:1/#a#b|c[d])")
    for number in range(20):
        lines = tuple(
            Line("line", clean("".join(chance.choice(pieces) for _ in range(chance.randrange(1, 12)))))
            for _ in range(10)
        )
        yield f"bodies-{number}", Document("en", "t", "o", "", (Section("h", lines),), "p")
    for number, text in enumerate(sample_strings()[::20]):
        yield f"sample-{number}", document_of([text] * 7, text)


def test_every_page_is_valid(tmp_path: Path, french: Table, table: Table) -> None:
    documents = {
        **dict(demo_documents(tmp_path)),
        "empty": table.document(),
        "french": french.document("fr", full=True),
        "rich": document_of(list("abcdefg"), RICH),
        **dict(hostile_documents()),
    }
    pages = {name: as_html(document) for name, document in documents.items()}
    # The validator sees what it is given: this page has two titles and a list in the wrong place.
    broken = pages["empty"].replace("</title>", "</title><title>x</title>").replace("</h1>", "<ul></ul></h1>")
    found = mistakes({**pages, "broken": broken}, tmp_path)
    assert len(found.pop("broken")) == 2
    assert found == {}


# In a browser


@pytest.fixture
def shown(tmp_path: Path, french: Table) -> list[str]:
    long = document_of(["w" * 300, "o", "h", "https://example.org/" + "a" * 300, "b", "日本" * 200, "d"], RICH)
    deep = document_of(list("abcdefg"), "\n".join("  " * depth + "- word" for depth in range(8)))
    demos = [document for _, document in demo_documents(tmp_path)]
    return [as_html(document) for document in (*demos, french.document("fr", full=True), deep, long)]


def test_nothing_reaches_beyond_the_window(shown: list[str], tmp_path: Path) -> None:
    found = measured(shown, (400, 800), tmp_path, dark=False)
    assert len(found) == 2 * len(shown)
    for narrow, wide in zip(found[::2], found[1::2], strict=True):
        assert narrow["overflow"] <= 0
        assert narrow["right"] <= 400
        assert wide["overflow"] <= 0
        assert wide["right"] <= 16 * 42  # forty em and the room around: a line can be read at a glance
    assert found[-2]["scrolled"] == 2  # the wide tables, on a telephone
    assert "Musée" in "".join(each["title"] for each in found)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_text_and_lines_are_seen_in_light_and_in_dark_windows(shown: list[str], tmp_path: Path, dark: bool) -> None:
    color = "rgb(255, 255, 255)" if dark else "rgb(0, 0, 0)"
    for each in measured(shown, (800,), tmp_path, dark=dark):
        assert each["colors"] == each["lines"] == [color]
        assert each["grounds"] == ["rgba(0, 0, 0, 0)"]
