output "functions" {
  description = "Names of the functions, by what they do."
  value       = { batch = module.batch.name, realtime = module.realtime.name }
}

output "log_groups" {
  description = "Log groups of the functions, by what they do."
  value       = { batch = module.batch.log_group, realtime = module.realtime.log_group }
}

output "dead_letter_queue" {
  description = "Address of the queue that holds what has failed for good."
  value       = aws_sqs_queue.dead_letters.url
}

output "alarm_topic_arn" {
  description = "Topic that every alarm is told to."
  value       = aws_sns_topic.alarms.arn
}
