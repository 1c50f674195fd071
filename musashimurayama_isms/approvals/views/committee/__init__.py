"""The pages of the committee's room: what waits, items, meetings, circulations."""
