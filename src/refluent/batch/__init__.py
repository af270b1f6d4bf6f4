"""Files in, files out: reading, repairing one after another, writing whole files, and the report."""
