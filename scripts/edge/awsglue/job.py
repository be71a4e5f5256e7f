class Job:
    """The frame of a run. Without bookmarks, which no job of the lake uses, there is nothing to keep."""

    def __init__(self, glue_context):
        self.glue_context = glue_context

    def init(self, job_name, args=None):
        self.name = job_name

    def commit(self):
        pass
