"""The filter bars of the registers; they stay in the URL."""
