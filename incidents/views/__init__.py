"""The pages of the incidents room, a file for each of its three moments: reporting, reading, acting."""
