"""The worker's work on files of its bucket, for jobs: the same bytes, places and reasons as `worker/host`.

Everything but `store` and `large_put` is free of S3. Whoever changes a rule here changes it in `worker/` as well:
the parity tests compare both.
"""
