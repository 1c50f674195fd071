"""The review of the policy and its rules, every 年度 and on a grave change (3.13.3)."""
