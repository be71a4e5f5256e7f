data "aws_partition" "current" {}

resource "aws_iam_role" "worker" {
  name                 = "${var.name_prefix}-worker"
  description          = "The worker host: its own bucket, its own log and Session Manager"
  permissions_boundary = var.permissions_boundary == null ? null : "arn:${data.aws_partition.current.partition}:iam::${var.account_id}:policy/${var.permissions_boundary}"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "ec2.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_instance_profile" "worker" {
  name = aws_iam_role.worker.name
  role = aws_iam_role.worker.name
}

resource "aws_iam_role_policy" "worker" {
  name = "worker-bucket"
  role = aws_iam_role.worker.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        # On the whole bucket: under a condition on s3:prefix, S3 answers HEAD of a missing key with 403
        # instead of 404, and the worker could not tell a missing output from a forbidden one.
        Sid      = "ListBucket"
        Effect   = "Allow"
        Action   = "s3:ListBucket"
        Resource = module.worker_bucket.arn
      },
      {
        Sid      = "TakeInput"
        Effect   = "Allow"
        Action   = ["s3:DeleteObject", "s3:GetObject"]
        Resource = "${module.worker_bucket.arn}/input/*"
      },
      {
        # GetObject stands for HEAD and for the conditions (If-Match) of a PUT. Files over 5 GiB go in parts.
        Sid      = "PutResults"
        Effect   = "Allow"
        Action   = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"]
        Resource = ["${module.worker_bucket.arn}/errors/*", "${module.worker_bucket.arn}/output/*"]
      },
    ]
  })
}

# The bucket's key, and only for what S3 asks of it on the worker's behalf.
resource "aws_iam_role_policy" "worker_key" {
  count = var.encryption == "kms" ? 1 : 0

  name = "worker-bucket-key"
  role = aws_iam_role.worker.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "UseBucketKey"
      Effect    = "Allow"
      Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource  = local.bucket_key_arn
      Condition = { StringEquals = { "kms:ViaService" = "s3.${var.region}.amazonaws.com" } }
    }]
  })
}

resource "aws_iam_role_policy" "worker_log" {
  name = "worker-log"
  role = aws_iam_role.worker.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "ShipLog"
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
      Resource = "${aws_cloudwatch_log_group.worker.arn}:*" # the group's streams: the agent names one for the host
    }]
  })
}

# What a session needs and no more. AWS's AmazonSSMManagedInstanceCore also reads every parameter of the account,
# secrets included, and takes commands and inventory jobs.
resource "aws_iam_role_policy" "session_manager" {
  name = "session-manager"
  role = aws_iam_role.worker.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Register"
        Effect   = "Allow"
        Action   = "ssm:UpdateInstanceInformation"
        Resource = "arn:${data.aws_partition.current.partition}:ec2:${var.region}:${var.account_id}:instance/*" # the instance needs its role before it has an id
      },
      {
        Sid    = "OpenChannels"
        Effect = "Allow"
        Action = [
          "ssmmessages:CreateControlChannel",
          "ssmmessages:CreateDataChannel",
          "ssmmessages:OpenControlChannel",
          "ssmmessages:OpenDataChannel",
        ]
        Resource = "*" # these actions know no resources
      },
    ]
  })
}
