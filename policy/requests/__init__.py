"""What the policy does with the requests of the approvals floor: its matters, found at start."""

from policy import document_requests, revision_requests  # noqa: F401  (they register their matters)
from policy.requests import exceptions  # noqa: F401  (registers its matters)
