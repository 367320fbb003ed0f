output "name" {
  description = "Name of the function and of its Cloud Run service."
  value       = module.function.name
}

output "endpoint" {
  description = "Where its topic is pushed to, as modules/topics takes it."
  value = {
    url             = module.function.url
    service_account = google_service_account.pusher.email
  }
}

output "service_account" {
  description = "Email of the account that it runs as."
  value       = module.function.service_account
}

output "pusher" {
  description = "Full name of the account whose ID token a push carries."
  value       = google_service_account.pusher.name
}

output "secrets" {
  description = "Names of the secrets that it may read."
  value       = module.function.secrets
}
