"""ポリシー違反 (3.11.2.3, 3.11.6): found, told, guided, and what follows where guidance does not help."""
