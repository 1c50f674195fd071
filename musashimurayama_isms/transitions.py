"""The one error of every state machine: the state does not allow the act, and the person is told why in Japanese."""


class InvalidTransition(Exception):
    """Raised by a model's `move_to`; its text goes to the person as a message, it is no 403."""
