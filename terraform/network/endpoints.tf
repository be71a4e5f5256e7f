data "aws_partition" "current" {}

locals {
  # Whoever brings credentials of another account into the VPC, to carry data out with them, finds them useless at
  # the endpoints. What this account's principals may do, Glue's reads of its own buckets included, their roles say.
  own_principals = {
    Sid       = "OwnPrincipals"
    Effect    = "Allow"
    Principal = "*" # narrowed to this account by the condition
    Action    = "*" # an endpoint leads to one service only
    Resource  = "*" # the principals' own policies name theirs
    Condition = { StringEquals = { "aws:PrincipalAccount" = var.account_id } }
  }

  # Package managers bring no credentials at all. The buckets of Amazon Linux 2 and 2023, as AWS lists them:
  # https://github.com/aws-samples/data-perimeter-policy-examples/blob/main/service_owned_resources.md
  package_repositories = {
    Sid       = "PackageRepositories"
    Effect    = "Allow"
    Principal = "*" # whoever asks, these are public
    Action    = "s3:GetObject"
    Resource = [
      for bucket in [
        "al2023-${var.region}",
        "al2023-repos-${var.region}-de612dc2",
        "amazonlinux-2-repos-${var.region}",
        "amazonlinux.${var.region}.amazonaws.com",
      ] : "arn:${data.aws_partition.current.partition}:s3:::${bucket}/*"
    ]
  }

  gateway_statements = {
    dynamodb = [local.own_principals]
    s3       = [local.own_principals, local.package_repositories]
  }
}

# Gateway endpoints cost nothing and keep traffic to S3 and DynamoDB off the internet.
resource "aws_vpc_endpoint" "gateway" {
  for_each = local.gateway_statements

  vpc_id            = aws_vpc.this.id
  service_name      = "com.amazonaws.${var.region}.${each.key}"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = [aws_route_table.private.id, aws_route_table.public.id]
  policy            = jsonencode({ Version = "2012-10-17", Statement = each.value })

  tags = { Name = "${var.name_prefix}-${each.key}" }
}

# Without NAT these are the only way from private subnets to AWS's other services.
resource "aws_vpc_endpoint" "interface" {
  for_each = toset(var.interface_endpoints)

  vpc_id              = aws_vpc.this.id
  service_name        = "com.amazonaws.${var.region}.${each.key}"
  vpc_endpoint_type   = "Interface"
  subnet_ids          = [for subnet in aws_subnet.private : subnet.id]
  security_group_ids  = [aws_security_group.endpoints.id]
  private_dns_enabled = true

  # Systems Manager's message channels support no policy.
  policy = endswith(each.key, "messages") ? null : jsonencode({ Version = "2012-10-17", Statement = [local.own_principals] })

  tags = { Name = "${var.name_prefix}-${each.key}" }
}
