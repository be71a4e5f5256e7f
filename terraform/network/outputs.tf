output "vpc_id" {
  description = "VPC for security groups of other stacks."
  value       = aws_vpc.this.id
}

output "public_subnet_ids" {
  description = "Public subnets, in the order of their zones."
  value       = [for zone in local.zones : aws_subnet.public[zone].id]
}

output "private_subnet_ids" {
  description = "Private subnets, in the order of their zones."
  value       = [for zone in local.zones : aws_subnet.private[zone].id]
}

output "private_subnet_zones" {
  description = "Zones of the private subnets, in the same order; a Glue connection names both."
  value       = local.zones
}

output "glue_security_group_id" {
  description = "Security group for Glue connections."
  value       = aws_security_group.glue.id
}
