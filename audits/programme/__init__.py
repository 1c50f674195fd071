"""The room of the year's audit plan, of the plan over three years, and of the naming of the audit head."""
