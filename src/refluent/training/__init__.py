"""From corpora to a model: pairs, noise, packed examples, the training loop, calibration and export."""
