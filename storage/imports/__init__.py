"""Taking files from elsewhere onto a board.

found = read(path.read_bytes(), path.name)
voice.commit(plan(found, board, document_language(board.lang)).change)
"""

from .found import Found, FoundCard, FoundColumn, FoundNote, Left, Source
from .plan import Plan, doubles, plan
from .recognise import From, read

__all__ = [
    "Found",
    "FoundCard",
    "FoundColumn",
    "FoundNote",
    "From",
    "Left",
    "Plan",
    "Source",
    "doubles",
    "plan",
    "read",
]
