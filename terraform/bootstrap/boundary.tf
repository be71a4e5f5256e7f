# The most that any role of the other stacks can ever do, whatever its own policies say: neither a mistake there nor
# whoever may write them gets further. It grants nothing by itself, and knows no IAM at all.
resource "aws_iam_policy" "boundary" {
  name        = var.permissions_boundary
  description = "Bounds every role of ${var.business} in ${var.region}"

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = concat(local.boundary_data, local.boundary_programs)
  })
}
