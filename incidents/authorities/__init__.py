"""Step 7 of an incident: who outside the city is told, what is published (3.4.2.10.3, 3.4.2.10.4, and what the law adds)."""
