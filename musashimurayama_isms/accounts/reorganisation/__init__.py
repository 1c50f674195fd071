"""Reorganisation (機構改革): departments and posts that begin and end, and the people who go over with them.

Nothing that was is rewritten: a new name or a new 部 is a new department that follows the old one. The transitions are methods
of Department and Post; their rules stand here, because they ask who may act, which stands above the models.
"""
