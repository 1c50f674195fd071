"""検索: one field over every floor, only what one may see."""
