"""What the processes say of themselves: one line of JSON a record, without persons, typed words, addresses or values."""
