"""Bytes to text and back, one format per module; knows formats, not models."""
