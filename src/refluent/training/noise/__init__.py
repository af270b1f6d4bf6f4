"""Noise that makes fluent sentences awkward, for denoising: learned from real pairs, and authored."""
