"""Lists from spreadsheets: kept sealed on their way in, then made records."""
