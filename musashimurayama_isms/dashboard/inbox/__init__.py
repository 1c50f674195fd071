"""受信箱: what waits for me and what of it the list can do, what I have sent and where it stands, what I may begin."""
