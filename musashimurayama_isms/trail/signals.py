"""What the trail tells the floors above it."""

from django.dispatch import Signal

recorded = Signal()
"""Sent inside the transaction of the act, with `entry` (Entry), `subject` (the model instance or None) and `by` (User or None).

A receiver that raises undoes the act itself.
"""

recording = Signal()
"""Sent before it, with the same arguments, while the head of the chain is not locked yet; the entry has no number.

For what takes its time and records nothing itself, as the notices do: so nobody who writes waits for it. What records goes to
`recorded`, else the consequence would stand before the act.
"""
