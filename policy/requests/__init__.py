"""What the policy does with the requests of the approvals floor: one module a matter, found at start."""

from policy.requests import exceptions  # noqa: F401  (registers its matters)
