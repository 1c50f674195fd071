"""What the policy does with the requests of the approvals floor: its matters, found at start."""

from policy import revision_requests  # noqa: F401  (registers its matter)
from policy.requests import exceptions  # noqa: F401  (registers its matters)
