locals {
  crawlers = {
    raw = {
      bucket       = var.layer_buckets.raw
      prefix       = "github/archive/"
      database     = var.raw_database
      table_prefix = "github_"
    }
  }

  glue_arn = "arn:${data.aws_partition.current.partition}:glue:${var.region}:${var.account_id}"
  logs_arn = "arn:${data.aws_partition.current.partition}:logs:${var.region}:${var.account_id}"
}

resource "aws_glue_crawler" "layer" {
  for_each = local.crawlers

  name          = "${var.name_prefix}-${each.key}"
  description   = "Finds the tables of the ${each.key} layer"
  role          = aws_iam_role.crawler[each.key].arn
  database_name = each.value.database
  table_prefix  = each.value.table_prefix

  s3_target {
    path = "s3://${each.value.bucket}/${each.value.prefix}"
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

  depends_on = [aws_iam_role_policy.crawler]
}

resource "aws_iam_role" "crawler" {
  for_each = local.crawlers

  name        = "${var.name_prefix}-crawler-${each.key}"
  description = "Runs the Glue crawler of the ${each.key} layer"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "glue.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "crawler" {
  for_each = local.crawlers

  name = "crawler"
  role = aws_iam_role.crawler[each.key].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "ListLayer"
        Effect    = "Allow"
        Action    = "s3:ListBucket"
        Resource  = "arn:${data.aws_partition.current.partition}:s3:::${each.value.bucket}"
        Condition = { StringLike = { "s3:prefix" = "${each.value.prefix}*" } }
      },
      {
        Sid      = "ReadLayer"
        Effect   = "Allow"
        Action   = "s3:GetObject"
        Resource = "arn:${data.aws_partition.current.partition}:s3:::${each.value.bucket}/${each.value.prefix}*"
      },
      {
        Sid    = "WriteTables"
        Effect = "Allow"
        Action = [
          "glue:BatchCreatePartition",
          "glue:BatchGetPartition",
          "glue:BatchUpdatePartition",
          "glue:CreateTable",
          "glue:GetDatabase",
          "glue:GetPartition",
          "glue:GetPartitions",
          "glue:GetTable",
          "glue:GetTables",
          "glue:UpdatePartition",
          "glue:UpdateTable",
        ]
        Resource = [
          "${local.glue_arn}:catalog",
          "${local.glue_arn}:database/${each.value.database}",
          "${local.glue_arn}:table/${each.value.database}/*",
        ]
      },
      {
        # One group for all crawlers of an account; AWS makes it with the first of them.
        Sid      = "WriteLog"
        Effect   = "Allow"
        Action   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = ["${local.logs_arn}:log-group:/aws-glue/crawlers", "${local.logs_arn}:log-group:/aws-glue/crawlers:*"]
      },
    ]
  })
}
