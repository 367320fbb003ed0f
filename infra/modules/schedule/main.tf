locals {
  schedules = jsondecode(file("${path.module}/../../topics.json")).schedules
}

# Cloud Scheduler publishes as its own service agent, whose role it has from the API: no grant is needed.
resource "google_cloud_scheduler_job" "this" {
  for_each = local.schedules

  project     = var.project_id
  region      = var.region
  name        = "${var.name}-${each.key}"
  description = "Wakes ${var.name}-${each.key}."
  schedule    = each.value.cron
  time_zone   = "Etc/UTC"
  paused      = var.paused

  pubsub_target {
    topic_name = "projects/${var.project_id}/topics/${var.topics[each.key]}"
    data       = base64encode(each.value.data)
  }
}
