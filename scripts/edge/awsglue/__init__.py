"""What the jobs use of Glue's own package, for their local runs: put on PYTHONPATH there, and never shipped."""
