"""`make bench`: what the main pages cost, as multiples of a bare Django page, with little data and with ten years of it.

A ratio travels from machine to machine, seconds do not. Both kinds of pages are served by the same server with the production settings
of a web process; measured is the processor time that the process and its database sessions have spent, not the time on the clock,
so that other work on the machine does not count.
"""
