"""Results for people and programs: each module turns them into one kind of text, and writes nothing."""
