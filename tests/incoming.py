"""Small files from elsewhere, made for a test."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence


def trello(name: str, lists: Mapping[str, Sequence[str]], *, desc: str = "") -> bytes:
    """A board as Trello exports it: the titles of its cards, list by list."""
    board: dict[str, object] = {"id": "b", "name": name, "desc": desc, "closed": False, "actions": []}
    board["lists"] = [{"id": f"l{at}", "name": title, "pos": at + 1, "closed": False} for at, title in enumerate(lists)]
    board["cards"] = [
        {"id": f"c{at}-{n}", "name": title, "desc": "", "idList": f"l{at}", "pos": n + 1, "closed": False}
        for at, titles in enumerate(lists.values())
        for n, title in enumerate(titles)
    ]
    return json.dumps(board, ensure_ascii=False).encode()


BRIEF = """\
# Communiquer au jardin

Le jardin cherche des familles, et personne ne sait encore où celles-ci se renseignent vraiment.

## Notre public

Les parents du quartier ont entre trente et quarante-cinq ans et lisent surtout le soir, sur leur téléphone.
Ils demandent souvent : qui répond le week-end ? Personne ne le leur a jamais dit clairement jusqu'ici.

## Nos moyens

Trois heures par semaine, deux bénévoles, et pas de budget pour la publicité cette année ni la suivante.
Une partie de ces heures va déjà à la lettre mensuelle, que presque tout le monde ouvre et lit.

### Avec quelles photos ?

Pas de photo d'enfant sans accord écrit, ce que chaque famille a signé au moment de l'inscription.
"""
"""A text to read, with headings: an introduction, and questions among it."""
