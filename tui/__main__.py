"""``python -m tui`` is ``accord``."""

from .cli import main

main()
