resource "aws_glue_crawler" "this" {
  name                   = var.name
  description            = var.description
  role                   = aws_iam_role.crawler.arn
  database_name          = var.database
  table_prefix           = var.table_prefix
  security_configuration = var.security_configuration

  dynamic "s3_target" {
    for_each = var.prefixes

    content {
      path       = "s3://${var.bucket}/${s3_target.value}"
      exclusions = var.exclusions
    }
  }

  # Folders come and never change; what was crawled once need not be paid for again.
  recrawl_policy {
    recrawl_behavior = "CRAWL_NEW_FOLDERS_ONLY"
  }

  # Glue demands both of whoever crawls new folders only. A table that is gone from S3 is thus
  # logged, not dropped: a query's error beats a silent loss.
  schema_change_policy {
    delete_behavior = "LOG"
    update_behavior = "LOG"
  }

  lineage_configuration {
    crawler_lineage_settings = "DISABLE"
  }

  configuration = jsonencode({
    Version       = 1
    CrawlerOutput = { Partitions = { AddOrUpdateBehavior = "InheritFromTable" } }
    Grouping      = { TableGroupingPolicy = "CombineCompatibleSchemas" }
  })

  depends_on = [aws_cloudwatch_log_group.crawler, aws_iam_role_policy.crawler]

  lifecycle {
    replace_triggered_by = [terraform_data.targets]
  }
}

# Glue refuses to change what a crawler of new folders looks at: another list makes another crawler of the same name.
resource "terraform_data" "targets" {
  input = { prefixes = var.prefixes, exclusions = var.exclusions }
}

# The group that Glue names for a crawler's role and security configuration, made here so that it expires.
resource "aws_cloudwatch_log_group" "crawler" {
  # checkov:skip=CKV_AWS_338:how long logs are kept is the caller's choice (log_retention_days)
  name              = "/aws-glue/crawlers-role/${local.role_name}-${var.security_configuration}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}
