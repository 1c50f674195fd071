"""A copy of the portal for a test environment: all rows and their relations, and nobody and nothing of the city in it.

`manage.py export_masked` writes it, `manage.py import_masked` reads it into an empty trial installation. What becomes of
every column of text is fixtures/masked_columns.json; a column that is not there stops the export.
"""
