"""Whom to ring about an incident now, and who was rung: the portal itself cannot ring."""
