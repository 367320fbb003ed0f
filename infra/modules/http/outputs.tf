output "name" {
  description = "Name of the function and of its Cloud Run service."
  value       = module.function.name
}

output "url" {
  description = "URL of its Cloud Run service, for those who can authenticate."
  value       = module.function.url
}

output "service_account" {
  description = "Email of the account that it runs as."
  value       = module.function.service_account
}

output "invokers" {
  description = "Who may call it."
  value       = module.function.invokers
}

output "secrets" {
  description = "Names of the secrets that it may read."
  value       = module.function.secrets
}
