"""Training and drills (3.9.2): courses, their sessions, who is asked, who has attended, what is missing, figures of the year."""
