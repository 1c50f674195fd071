"""The pages of the room 定期業務: reading, acting on one occurrence, and the rules."""
