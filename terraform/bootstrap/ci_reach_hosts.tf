# Where an environment's host has no open port, its playbook comes through a session of Systems Manager.
locals {
  reach_host_statements = [
    {
      Sid       = "StartSessionsOnOurHosts"
      Effect    = "Allow"
      Action    = "ssm:StartSession"
      Resource  = "${local.in_region.ec2}:instance/*" # ids have no pattern
      Condition = { StringEquals = { "ssm:resourceTag/business" = var.business } }
    },
    {
      # To carry ssh, and nothing else: ssh then asks for a key of its own.
      Sid      = "StartSessionsForSsh"
      Effect   = "Allow"
      Action   = "ssm:StartSession"
      Resource = "arn:${local.partition}:ssm:${var.region}::document/AWS-StartSSHSession"
    },
    {
      # Session Manager puts its starter's id on each session; the session's name begins with another one.
      Sid       = "ResumeAndEndOwnSessions"
      Effect    = "Allow"
      Action    = ["ssm:ResumeSession", "ssm:TerminateSession"]
      Resource  = "arn:${local.partition}:ssm:${var.region}:${var.account_id}:session/*" # names are made up as they start
      Condition = { StringEquals = { "ssm:resourceTag/aws:ssmmessages:session-id" = "$${aws:userid}" } }
    },
  ]
}
