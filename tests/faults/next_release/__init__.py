"""The migrations of a release that is yet to come: it adds a column to the table that the running worker writes each minute."""
