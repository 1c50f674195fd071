"""The pages of the policy room."""
