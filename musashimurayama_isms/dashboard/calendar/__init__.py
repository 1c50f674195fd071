"""予定表: what falls on which day, of every floor below; a month, a 年度, a sheet of paper, and a feed for the own calendar."""
