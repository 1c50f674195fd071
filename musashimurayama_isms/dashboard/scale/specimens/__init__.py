"""What is copied: each module leads a few rows through the real transitions by the sample persons of the model section."""
