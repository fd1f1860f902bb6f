"""The host: the same board for guests, over SSH."""

PORT = 8022
"""The port of a host that is not told otherwise."""
