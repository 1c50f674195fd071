"""The trail: one writer, one chain, nothing ever rewritten (3.10.1.6, logs kept and guarded against tampering)."""
