output "boskos_url" {
  description = "URL of the Boskos API; null: there is none."
  value       = one(module.boskos[*].url)

  precondition {
    condition     = var.boskos == null || var.boskos_server == null ? true : length(var.boskos.invokers) == 0 && var.boskos.auth == "iam"
    error_message = "boskos goes without boskos_server: users call the server that is there, and Mason has no Boskos API then."
  }
}

output "console_url" {
  description = "URL of the console, which is at /console; null: there is none."
  value       = one(module.console[*].url)
}

output "config_location" {
  description = "Where sync reads the config."
  value       = local.config_location
}

output "dashboard" {
  description = "Full name of the dashboard; null: there is none."
  value       = one(module.alerts[*].dashboard)
}

output "alerts" {
  description = "Full names of the alert policies, by their sections in the runbook."
  value       = one(module.alerts[*].alerts)
}

output "database" {
  description = "Name of the ledger's Firestore database."
  value       = module.ledger.database
}

output "functions" {
  description = "Names of the functions, by their entry points."
  value       = local.function_names
}

output "service_accounts" {
  description = "Emails of the accounts that the functions run as, by their entry points: grant those of clean, recycle and janitor what your Masonables need."
  value       = local.service_accounts
}

output "builder" {
  description = "Email of the account that builds the functions: with docker_repository, grant it roles/artifactregistry.writer there."
  value       = google_service_account.build.email
}

output "topics" {
  description = "Names of topics, subscriptions, dead-letter topics and the subscriptions that keep dead letters, by entry point."
  value       = module.topics.topics
}

output "jobs" {
  description = "Names of the Scheduler's jobs, by what they wake."
  value       = module.schedule.jobs
}
