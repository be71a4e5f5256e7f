"""What the jobs of the lake share."""
