"""Reports for files and terminals: the store's figures as sheets, and sheets as files."""
