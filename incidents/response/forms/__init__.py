"""The shapes of input of the response, a file for each of its moments."""
