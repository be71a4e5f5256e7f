resource "aws_glue_workflow" "lake" {
  name                = "${var.name_prefix}-lake"
  description         = "Takes days through the layers: raw, staged, analytics"
  max_concurrent_runs = 1
}

resource "aws_glue_trigger" "start" {
  name              = "${var.name_prefix}-lake-start"
  description       = "By the clock: raw into staged, and what is new in raw"
  workflow_name     = aws_glue_workflow.lake.name
  type              = "SCHEDULED"
  schedule          = var.schedule_expression
  start_on_creation = true

  actions {
    job_name = module.raw_to_staged.name
  }

  actions {
    crawler_name = module.crawler["raw"].name
  }
}

resource "aws_glue_trigger" "staged" {
  name              = "${var.name_prefix}-lake-staged"
  description       = "The day is in staged: staged into analytics"
  workflow_name     = aws_glue_workflow.lake.name
  type              = "CONDITIONAL"
  start_on_creation = true

  predicate {
    conditions {
      job_name = module.raw_to_staged.name
      state    = "SUCCEEDED"
    }
  }

  actions {
    job_name = module.staged_to_analytics.name
  }
}

resource "aws_glue_trigger" "analytics" {
  name              = "${var.name_prefix}-lake-analytics"
  description       = "The day is in analytics: what is new in staged and analytics"
  workflow_name     = aws_glue_workflow.lake.name
  type              = "CONDITIONAL"
  start_on_creation = true

  predicate {
    conditions {
      job_name = module.staged_to_analytics.name
      state    = "SUCCEEDED"
    }
  }

  actions {
    crawler_name = module.crawler["staged"].name
  }

  actions {
    crawler_name = module.crawler["analytics"].name
  }
}
