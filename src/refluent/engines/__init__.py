"""Texts in, hypotheses out: the default model, any checkpoint, or nothing at all."""
