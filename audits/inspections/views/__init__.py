"""The pages of self-inspections: run one, answer, sum up."""
