"""状況: one page for who answers for the city, a 部, a 課 or the audit. Views only; each figure is asked anew and leads to its list."""
