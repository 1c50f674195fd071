"""The kinds of record, a file a floor."""
