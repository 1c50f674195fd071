"""The pages of the room 申請・許可: reading, drafting, deciding, types and their routes."""
