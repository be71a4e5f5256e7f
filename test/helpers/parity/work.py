"""Works through a bucket's input/ as one task of files-batch does, in this process, without Spark.

Usage: work.py <files/codebase> <options as JSON>. Prints the counts as JSON.
"""

import json
import sys
from dataclasses import asdict

sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True

from lake.files.batch import list_rounds, parse_settings  # noqa: E402
from lake.files.store import Store  # noqa: E402
from lake.files.task import work_through  # noqa: E402

settings = parse_settings(json.loads(sys.argv[2]))
entries = [entry for group, _ in list_rounds(Store(settings.bucket), "") for entry in group]
(tally,) = work_through(settings, [entries])
print(json.dumps(asdict(tally)))
