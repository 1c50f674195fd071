"""Log-in, log-out, password, session limits, lock (3.9.4, 3.10.2.6): how a person comes in, and how the door closes."""
