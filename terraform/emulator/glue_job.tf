# gap: glue-execution-class - that jobs run in Glue's standard class, not in its flexible one
resource "aws_glue_job" "this" {
  execution_class = null
}
