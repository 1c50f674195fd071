"""The room of one audit: auditors, dates, notice, survey, fieldwork, papers, report."""
