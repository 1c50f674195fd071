"""The pages of the response, a file for each of its moments."""
