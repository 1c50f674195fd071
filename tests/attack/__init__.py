"""Attacks on the portal, as tests: each says what was tried and that it was survived (docs/proof.md has the table)."""
