"""Who is told of what: one row is a line of the in-app inbox and, where mail is on, of the outbox."""
