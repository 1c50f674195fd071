"""The response to an incident (3.9.3.2, 3.9.3.3): triage, meetings, measures, evidence, cause, prevention, confirmation, ending."""
