"""Rows as a city has them after years, for measuring on a trial installation: `manage.py make_scale`.

A handful of specimens is led through the real transitions inside a transaction that is rolled back; what they left in the tables
is copied to other sections, persons and days. So a copied request has its version, steps, seats, decisions, notices and its
entries of the trail, and no rule is written twice. Assets, of which there are the most, are built from their own model.
"""
