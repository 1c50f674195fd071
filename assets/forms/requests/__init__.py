"""What the requests of the registers ask; one file a theme."""
