"""What a kind of report asks of somebody at once: a lost card stopped, a fault written into its ledger."""
