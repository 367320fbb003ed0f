output "alerts" {
  description = "Full names of the alert policies, by their sections in the runbook."
  value = merge(
    { for key, policy in google_monitoring_alert_policy.threshold : key => policy.name },
    { sync-stopped = google_monitoring_alert_policy.sync_stopped.name },
  )
}

output "dashboard" {
  description = "Full name of the dashboard."
  value       = google_monitoring_dashboard.this.id
}
