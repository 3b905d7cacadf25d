"""What a page shows, from what a query answered: pure, no database, the day passed in."""
