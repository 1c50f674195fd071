"""脆弱性: a hole in software runs to its end in every system that may have it (3.10.6.1)."""
