data "aws_partition" "current" {}

resource "aws_iam_role" "worker" {
  name        = "${var.name_prefix}-worker"
  description = "The worker host: its own bucket and Session Manager"

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
        # GetObject stands for HEAD and for the conditions (If-Match) of a PUT.
        Sid      = "PutResults"
        Effect   = "Allow"
        Action   = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"]
        Resource = ["${module.worker_bucket.arn}/errors/*", "${module.worker_bucket.arn}/output/*"]
      },
    ]
  })
}

resource "aws_iam_role_policy_attachment" "session_manager" {
  role       = aws_iam_role.worker.name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/AmazonSSMManagedInstanceCore"
}
