"""Changes between a source and a hypothesis: extracted, named, applied, stored."""
