"""What the policy does with the requests of the approvals floor; found at start."""

from policy import revision_requests  # noqa: F401  (registers its matter)
