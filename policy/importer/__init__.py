"""Reads the text of a policy: bytes → lines → chapters, 節 and clauses → corrected text; `store` alone knows the database.

Places are found by their position and by the table of contents, never by the number of a line. Nothing is changed in
silence: every line of the source is accounted for in `Policy.ledger`, every change is a `Correction`, every doubt an `Anomaly`.
"""
