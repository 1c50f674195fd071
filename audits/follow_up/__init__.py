"""指摘への対処: the room of what becomes of findings after they are issued (3.13.1.10)."""
