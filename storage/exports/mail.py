"""The strategy as a mail that was not sent yet (``.eml``): a mail program opens it as a draft, to be addressed."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import TYPE_CHECKING

from .document import Document
from .html import as_html
from .text import as_text, subject

if TYPE_CHECKING:
    from email.message import Message

_ASCII = bytes(range(128))

_LONGEST_LINE = 76
"""Of a line with an encoded word (RFC 2047)."""


def as_mail(document: Document) -> str:
    """The document as a message in ASCII with CRLF: its text and its HTML, of which a mail program shows one.

    The same document gives the same bytes.
    """
    from email.header import Header
    from email.mime.multipart import MIMEMultipart
    from email.policy import compat32

    text, html = as_text(document), as_html(document)
    digest = hashlib.sha256(f"{text}\0{html}".encode()).hexdigest()
    # "=_" is in no encoded part, so the boundary is in none, whatever they say.
    mail = MIMEMultipart("alternative", boundary=f"=_{digest[:32]}")
    # Who sends it, to whom and when is for the program to say that sends it. An address or a clock of ours would be
    # wrong, and the programs that open such drafts put in their own.
    mail["X-Unsent"] = "1"
    # Not by way of EmailMessage: that would decode a title in which somebody typed "=?utf-8?q?x?=".
    title = subject(document)
    plain = title.isascii() and "=?" not in title and len(title) <= _LONGEST_LINE - len("Subject: ")
    charset = "us-ascii" if plain else "utf-8"
    mail["Subject"] = Header(title, charset, header_name="Subject").encode(maxlinelen=_LONGEST_LINE)
    mail.attach(_part("plain", text))
    mail.attach(_part("html", html))
    return mail.as_bytes(policy=compat32.clone(linesep="\r\n", max_line_length=_LONGEST_LINE)).decode("ascii")


def _part(kind: str, text: str) -> Message:
    """A part, encoded in whichever way is the shorter: in quoted-printable, "é" takes six signs, in base64 three."""
    from email.mime.nonmultipart import MIMENonMultipart

    data = text.replace("\n", "\r\n").encode()
    part = MIMENonMultipart("text", kind, charset="utf-8")
    del part["MIME-Version"]  # the message has it
    if 6 * len(data.translate(None, _ASCII)) < len(data):
        part["Content-Transfer-Encoding"] = "quoted-printable"
        part.set_payload(binascii.b2a_qp(data, istext=True).decode("ascii"))
    else:
        part["Content-Transfer-Encoding"] = "base64"
        part.set_payload(base64.encodebytes(data).decode("ascii"))
    return part
