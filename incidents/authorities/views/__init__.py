"""The pages of step 7: one incident's reports, its publication, and the lists of the city."""
