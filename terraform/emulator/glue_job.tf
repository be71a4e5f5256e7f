# gap: glue-execution-class - that jobs run in Glue's standard class, not in its flexible one
resource "aws_glue_job" "this" {
  execution_class = null
}

# gap: glue-concurrent-runs - how many runs of a job there may be at a time
resource "aws_glue_job" "this" {
  dynamic "execution_property" {
    for_each = []
    content {}
  }
}

# gap: glue-job-schedule - that a job's own clock has no condition besides
resource "aws_glue_trigger" "this" {
  lifecycle {
    ignore_changes = [predicate]
  }
}
