"""``python -m tui`` is ``accord``."""

from .start import main

main()
