"""遵守状況の問題 (3.11.2.1): from the chief who finds it to CISO and 総括管理者, and back."""
