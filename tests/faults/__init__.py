"""Faults of the machines and of the day, as tests: nothing lost, nothing doubled, what was typed kept, the person told (docs/proof.md)."""
