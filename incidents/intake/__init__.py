"""The first page: three plain questions that land the reporter in the right form, with what the kind asks besides."""
