"""報告書: one room for every paper that a person may have made, and what came of it. Views and papers only, no models."""
