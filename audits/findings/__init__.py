"""指摘への対処: the room of what becomes of findings (3.13.1.10)."""
