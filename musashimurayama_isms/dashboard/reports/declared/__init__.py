"""The reports, a file a floor."""
