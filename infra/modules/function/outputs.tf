output "name" {
  description = "Name of the function and of its Cloud Run service."
  value       = google_cloudfunctions2_function.this.name
}

output "url" {
  description = "URL of its Cloud Run service, which is the audience of ID tokens, too."
  value       = google_cloudfunctions2_function.this.service_config[0].uri
}

output "service_account" {
  description = "Email of the account that it runs as."
  value       = google_service_account.this.email
}

output "invokers" {
  description = "Who may call it."
  value       = tolist([for one in google_cloud_run_v2_service_iam_member.invoker : one.member])
}

output "secrets" {
  description = "Names of the secrets that it may read."
  value       = tolist([for one in google_secret_manager_secret_iam_member.files : one.secret_id])
}
