"""What the trail tells the floors above it."""

from django.dispatch import Signal

recorded = Signal()
"""Sent inside the transaction of the act, with `entry` (Entry), `subject` (the model instance or None) and `by` (User or None).

A receiver that raises undoes the act itself.
"""
