"""Who is told of what happens in the policy; found at start."""

from policy import exception_notices  # noqa: F401  (its notices register themselves)
