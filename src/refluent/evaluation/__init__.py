"""Scoring systems against reference edits: suites, metrics, paired tests, gates, reports."""
