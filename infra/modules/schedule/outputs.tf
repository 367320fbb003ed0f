output "jobs" {
  description = "Names of the jobs, by what they wake."
  value       = { for key, job in google_cloud_scheduler_job.this : key => job.name }
}
