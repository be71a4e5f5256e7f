output "worker_bucket" {
  description = "Bucket whose files the worker processes."
  value       = module.worker_bucket.name
}

output "instance_id" {
  description = "Instance of the worker, for Session Manager and the console's log."
  value       = aws_instance.worker.id
}

output "public_ip" {
  description = "Address of the worker for SSH; it stays when the instance is stopped, started or replaced. Empty in private mode."
  value       = var.private ? "" : aws_eip.worker[0].public_ip
}

output "security_group_id" {
  description = "Security group of the worker."
  value       = aws_security_group.worker.id
}

output "log_group" {
  description = "Log group that the worker's log is shipped to."
  value       = aws_cloudwatch_log_group.worker.name
}
