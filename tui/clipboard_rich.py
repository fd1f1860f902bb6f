"""Copying with headings and lists: HTML on the desktop's clipboard, and wherever it can be, plain text beside it.

Programs take what they know: a mail program the HTML, an editor the plain text. macOS, Windows and X11 hold both at
once. ``wl-copy`` and ``xclip`` offer one form alone, so the other goes into a file; a terminal takes plain text only.
"""

from __future__ import annotations

import base64
import json
import re
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from storage.text import for_terminal

from .clipboard import (
    PATIENCE,
    Carried,
    Mechanism,
    Outcome,
    Run,
    Which,
    as_attached,
    copy,
    desktop_mechanism,
    is_certain,
    kept,
    own_x11,
    programs_of,
    run_program,
)

# Without it some programs take the bytes for Latin-1, others for UTF-16.
_CHARSET = '<meta http-equiv="content-type" content="text/html; charset=utf-8">'
_NAMES_CHARSET = re.compile(r"<meta[^>]*charset", re.IGNORECASE)

_MAC = """
ObjC.import("AppKit");
function run() {
    const input = $.NSFileHandle.fileHandleWithStandardInput.readDataToEndOfFile;
    const given = JSON.parse($.NSString.alloc.initWithDataEncoding(input, $.NSUTF8StringEncoding).js);
    const forms = [["public.html", given.html], ["public.utf8-plain-text", given.plain]];
    const board = $.NSPasteboard.generalPasteboard;
    board.clearContents;
    for (const [type, text] of forms) board.setStringForType($(text), $(type));
    return forms.every(([type, text]) => board.stringForType($(type)).js === text);
}
"""
_WINDOWS = """
$ErrorActionPreference = 'Stop'
Add-Type -AssemblyName System.Windows.Forms
$given = [Console]::In.ReadToEnd() | ConvertFrom-Json
$bytes = [Convert]::FromBase64String($given.html)
$data = New-Object System.Windows.Forms.DataObject
$data.SetData('HTML Format', (New-Object System.IO.MemoryStream(, $bytes)))
$data.SetData('UnicodeText', $given.plain)
$board = [System.Windows.Forms.Clipboard]
$board::SetDataObject($data, $true)
if ($board::ContainsText('Html') -and $board::GetText('UnicodeText') -ceq $given.plain) { 'true' }
"""
# xclip says that it is done a moment before the clipboard is its own: seconds between looks, and how many.
_STEP = 0.05
_LOOKS = 10


def copy_rich(
    plain: str,
    html: str,
    *,
    environ: Mapping[str, str],
    write: Callable[[str], object] | None,
    remote: bool,
    fallback_dir: Path,
    which: Which | None = None,
    run: Run = run_program,
    platform: str = sys.platform,
) -> Outcome:
    """Copy a text in both forms, or as much of it as the place takes; ``carried`` of the outcome says how much.

    ``html`` is a page or a piece of one. All else is as :func:`tui.clipboard.copy` has it, which also does the work
    where no desktop is: nothing is raised, call it in a thread unless ``remote``.
    """
    plain, html = for_terminal(plain), for_terminal(html)
    if not remote and plain and html:
        find = which or programs_of(environ)
        environ = as_attached(environ, run)
        mechanism = desktop_mechanism(environ, find, platform)
        page = html if _NAMES_CHARSET.search(html) else _CHARSET + html
        carried = _to_desktop(mechanism, plain, page, environ, find, run) if mechanism else None
        if mechanism and carried:
            certain = is_certain(mechanism, environ)
            path = None if certain and carried == "both" else kept(plain, fallback_dir)
            return Outcome("desktop", certain=certain, path=path, carried=carried)
    outcome = copy(
        plain,
        environ=environ,
        write=write,
        remote=remote,
        fallback_dir=fallback_dir,
        which=which,
        run=run,
        platform=platform,
    )
    return replace(outcome, carried="plain")


def _to_desktop(
    mechanism: Mechanism, plain: str, html: str, environ: Mapping[str, str], find: Which, run: Run
) -> Carried | None:
    """What the desktop's clipboard has now: ``both``, ``html``, or ``None`` if it could not be given HTML at all."""
    both = {"plain": plain, "html": html}
    match mechanism:
        case "pbcopy":
            # JSON is ASCII as it leaves here: no locale can spoil it.
            return "both" if _says_true(["osascript", "-l", "JavaScript", "-e", _MAC], both, environ, run) else None
        case "wsl":
            command = ["powershell.exe", "-NoProfile", "-NonInteractive", "-STA", "-Command", _WINDOWS]
            given = both | {"html": base64.b64encode(windows_html(html)).decode()}
            return "both" if _says_true(command, given, environ, run) else None
        case "wl-clipboard":
            copying, pasting = "wl-copy -t text/html", ["wl-paste", "-n", "-t", "text/html"]
        case _:
            if own_x11(both, environ, run):
                return "both"
            if not find("xclip"):
                return None
            copying = "xclip -selection clipboard -t text/html"
            pasting = ["xclip", "-selection", "clipboard", "-t", "text/html", "-o"]
    # Both stay behind to serve the text, and hold open whatever they were given to write to.
    if run(["/bin/sh", "-c", f"exec {copying} >/dev/null"], html.encode(), environ) is None:
        return None
    until = time.monotonic() + PATIENCE  # for all looks together: each may take as long
    for _ in range(_LOOKS):
        if run(pasting, b"", environ) == html.encode():
            return "html"
        if time.monotonic() >= until:
            break
        time.sleep(_STEP)
    return None


def _says_true(command: list[str], given: Mapping[str, str], environ: Mapping[str, str], run: Run) -> bool:
    """Whether a script has found on the clipboard what it had put there."""
    answer = run(command, json.dumps(given).encode(), environ)
    return answer is not None and answer.strip() == b"true"


def windows_html(html: str) -> bytes:
    """HTML as the clipboard of Windows wants it: with a head that says at which bytes it begins and ends."""
    opening = re.search(r"<body\b[^>]*>", html, re.IGNORECASE)
    closing = re.search(r"</body\s*>", html, re.IGNORECASE)
    if opening and closing:
        before, inside, after = html[: opening.end()], html[opening.end() : closing.start()], html[closing.start() :]
    else:
        before, inside, after = "<html><body>", html, "</body></html>"
    head = "Version:0.9\r\nStartHTML:{:010}\r\nEndHTML:{:010}\r\nStartFragment:{:010}\r\nEndFragment:{:010}\r\n"
    parts = [before + "<!--StartFragment-->", inside, "<!--EndFragment-->" + after]
    start = len(head.format(0, 0, 0, 0))
    first, second, third = (len(part.encode()) for part in parts)
    end = start + first + second + third
    page = head.format(start, end, start + first, start + first + second) + "".join(parts)
    return page.encode()
