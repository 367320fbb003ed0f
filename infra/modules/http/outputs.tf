output "name" {
  description = "Name of the function and of its Cloud Run service."
  value       = module.function.name
}

output "url" {
  description = "URL that Boskos's clients take, if they can authenticate."
  value       = module.function.url
}

output "service_account" {
  description = "Email of the account that it runs as."
  value       = module.function.service_account
}

output "secrets" {
  description = "Names of the secrets that it may read."
  value       = module.function.secrets
}
