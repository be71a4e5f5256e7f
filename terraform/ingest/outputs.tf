output "functions" {
  description = "Names of the functions, by what they do."
  value       = { batch = module.batch.name }
}

output "log_groups" {
  description = "Log groups of the functions, by what they do."
  value       = { batch = module.batch.log_group }
}
