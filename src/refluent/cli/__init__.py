"""The command line: the only importer of typer, the only place that prints and exits."""
