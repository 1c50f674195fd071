"""The room of what the audits have found."""
