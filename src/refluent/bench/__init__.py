"""Side by side on the same text: how fast each system repairs, how soon it starts, what memory it takes."""
