"""自己点検: the room of self-inspections (3.13.2)."""
