"""Forms of the assets app, one file a noun."""
