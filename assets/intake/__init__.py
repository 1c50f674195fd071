"""Tables of assets: read a file, match its columns, tell what is wrong with each row, enter the rest; doors: models.AssetImport."""
