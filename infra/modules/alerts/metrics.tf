locals {
  services    = join("|", values(var.functions))
  is_function = "resource.type=\"cloud_run_revision\" AND resource.labels.service_name=~\"^(${local.services})$\""

  # Counted from what the functions log (shared/runtime/jsonLog.ts): event → labels.
  counters = {
    quarantined = {
      description = "Virtual resources that were set aside until a person looks."
      event       = "quarantined"
      labels      = { type = "labels.type", phase = "labels.phase" }
    }
    sync-failed = {
      description = "Duties of sync that failed: a config that was refused is one."
      event       = "sync-failed"
      labels      = {}
    }
    runs = {
      description = "Runs of a phase, by what came of them."
      event       = "phase-run"
      labels      = { type = "labels.type", phase = "labels.phase", outcome = "jsonPayload.figures.outcome" }
    }
    failed-runs = {
      description = "Runs of a phase that failed and will be tried again."
      event       = "failed"
      labels      = { type = "labels.type", phase = "labels.phase" }
    }
  }

  # Distributions: an instance's memory goes when it scales to zero, its log stays.
  distributions = {
    run-duration = {
      description = "How long a run of a phase took."
      event       = "phase-run"
      value       = "jsonPayload.figures.durationMs"
      unit        = "ms"
      labels      = { type = "labels.type", phase = "labels.phase", outcome = "jsonPayload.figures.outcome" }
    }
    acquire-wait = {
      description = "How long a user waited for a resource, from the first call of his request."
      event       = "acquired"
      value       = "jsonPayload.figures.waitedMs"
      unit        = "ms"
      labels      = { type = "labels.type" }
    }
    api-duration = {
      description = "How long a call of the Boskos API took."
      event       = "http-call"
      value       = "jsonPayload.figures.durationMs"
      unit        = "ms"
      labels      = { path = "jsonPayload.figures.path", status = "jsonPayload.figures.status" }
    }
    oldest-waiter = {
      description = "For how long the first in line for a type has waited, as sync finds it each minute."
      event       = "pool"
      value       = "jsonPayload.figures.oldestWaiterAgeMs"
      unit        = "ms"
      labels      = { type = "labels.type" }
    }
    pool-missing = {
      description = "How much of a pool's min is not ready, as sync finds it each minute."
      event       = "pool"
      value       = "jsonPayload.figures.missingPercent"
      unit        = "%"
      labels      = { type = "labels.type" }
    }
  }
}

resource "google_logging_metric" "counter" {
  for_each = local.counters

  project          = var.project_id
  name             = "${var.name}/${each.key}"
  description      = each.value.description
  filter           = "${local.is_function} AND jsonPayload.event=\"${each.value.event}\""
  label_extractors = { for label, field in each.value.labels : label => "EXTRACT(${field})" }

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"
    unit        = "1"

    dynamic "labels" {
      for_each = each.value.labels

      content {
        key        = labels.key
        value_type = "STRING"
      }
    }
  }
}

resource "google_logging_metric" "distribution" {
  for_each = local.distributions

  project          = var.project_id
  name             = "${var.name}/${each.key}"
  description      = each.value.description
  filter           = "${local.is_function} AND jsonPayload.event=\"${each.value.event}\""
  value_extractor  = "EXTRACT(${each.value.value})"
  label_extractors = { for label, field in each.value.labels : label => "EXTRACT(${field})" }

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "DISTRIBUTION"
    unit        = each.value.unit

    dynamic "labels" {
      for_each = each.value.labels

      content {
        key        = labels.key
        value_type = "STRING"
      }
    }
  }

  # 10 ms to 29 hours, and steps of 5 %: a percentile is a guess within a bucket.
  bucket_options {
    dynamic "exponential_buckets" {
      for_each = each.value.unit == "ms" ? [1] : []

      content {
        scale              = 10
        growth_factor      = 1.4143
        num_finite_buckets = 47
      }
    }

    dynamic "linear_buckets" {
      for_each = each.value.unit == "%" ? [1] : []

      content {
        # 46 to 50 % share a bucket: at a threshold of 50 all of it is below, and 51 is above.
        offset             = 1
        width              = 5
        num_finite_buckets = 20
      }
    }
  }
}
