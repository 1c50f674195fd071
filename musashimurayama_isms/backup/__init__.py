"""Backup, proof and restore of the whole portal, and the keys kept apart from it.

A backup is one file: a zip of the database as it was at one moment, the contents of MEDIA_DIR and manifest.json, sealed in
chunks (`sealed`). `making` writes it, `restoring` puts it into an empty installation, `proving` does the same in a place that is
thrown away. `halves` splits the keys between two holders; it needs neither settings nor a database.
"""
