"""The pages of the room 組織, a file for each noun."""
