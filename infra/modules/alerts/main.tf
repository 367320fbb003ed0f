locals {
  log_metric    = { for key, metric in merge(google_logging_metric.counter, google_logging_metric.distribution) : key => "metric.type=\"logging.googleapis.com/user/${metric.name}\" AND resource.type=\"cloud_run_revision\"" }
  subscriptions = "resource.type=\"pubsub_subscription\" AND resource.label.subscription_id=monitoring.regex.full_match(\"%s\")"
  requests      = "metric.type=\"run.googleapis.com/request_count\" AND resource.type=\"cloud_run_revision\" AND resource.label.service_name=monitoring.regex.full_match(\"%s\")"

  # The key of each is the anchor of its section in the runbook.
  thresholds = {
    quarantine = {
      title     = "a resource is in quarantine"
      severity  = "ERROR"
      filter    = local.log_metric["quarantined"]
      aligner   = "ALIGN_DELTA"
      reducer   = "REDUCE_SUM"
      group_by  = ["metric.label.type"]
      period    = 300
      duration  = 60
      threshold = 0
      meaning   = "A resource failed its attempts. It stays as it is, with all that it holds, until a person has looked."
    }
    dead-letters = {
      title     = "a message could not be delivered"
      severity  = "ERROR"
      filter    = "metric.type=\"pubsub.googleapis.com/subscription/num_undelivered_messages\" AND ${format(local.subscriptions, join("|", values(var.dead_letter_subscriptions)))}"
      aligner   = "ALIGN_MAX"
      reducer   = "REDUCE_MAX"
      group_by  = ["resource.label.subscription_id"]
      period    = 60
      duration  = 0
      threshold = 0
      meaning   = "A function refused a message at every delivery. What it was about is found due by sync; the message says why it was refused."
    }
    backlog = {
      title     = "messages wait for a function"
      severity  = "WARNING"
      filter    = "metric.type=\"pubsub.googleapis.com/subscription/oldest_unacked_message_age\" AND ${format(local.subscriptions, join("|", values(var.subscriptions)))}"
      aligner   = "ALIGN_MAX"
      reducer   = "REDUCE_MAX"
      group_by  = ["resource.label.subscription_id"]
      period    = 60
      duration  = 300
      threshold = var.thresholds.backlog_seconds
      meaning   = "The oldest message of a subscription is not handled: the function is at its max_instances, or answers with errors."
    }
    function-errors = {
      title     = "a function answers with errors"
      severity  = "ERROR"
      filter    = "${format(local.requests, local.services)} AND metric.label.response_code_class=\"5xx\""
      aligner   = "ALIGN_DELTA"
      reducer   = "REDUCE_SUM"
      group_by  = ["resource.label.service_name"]
      period    = 300
      duration  = 60
      threshold = var.thresholds.errors_in_5_minutes
      meaning   = "A function throws, or its instances end before they answer. Messages are delivered again meanwhile."
    }
    sync-failed = {
      title     = "sync can not do one of its duties"
      severity  = "WARNING"
      filter    = local.log_metric["sync-failed"]
      aligner   = "ALIGN_DELTA"
      reducer   = "REDUCE_SUM"
      group_by  = []
      period    = 300
      duration  = 300
      threshold = 0
      meaning   = "One duty of sync fails again and again. Most often the config is refused, and the last good one is in force."
    }
    acquire-wait = {
      title     = "users wait long for a resource"
      severity  = "WARNING"
      filter    = local.log_metric["acquire-wait"]
      aligner   = "ALIGN_PERCENTILE_95"
      reducer   = "REDUCE_MAX"
      group_by  = ["metric.label.type"]
      period    = 600
      duration  = 60
      threshold = var.thresholds.acquire_wait_seconds * 1000
      meaning   = "One in twenty users waited longer than that for a resource of the type: the pool is too small, or its members come back too slowly."
    }
    oldest-waiter = {
      title     = "somebody waits long for his turn"
      severity  = "WARNING"
      filter    = local.log_metric["oldest-waiter"]
      aligner   = "ALIGN_PERCENTILE_50"
      reducer   = "REDUCE_MAX"
      group_by  = ["metric.label.type"]
      period    = 300
      duration  = 60
      threshold = var.thresholds.oldest_waiter_seconds * 1000
      meaning   = "The first in line for a type has waited longer than that and waits still: a virtual resource of the type for what it needs, or a user for a free one."
    }
    pool-below-min = {
      title     = "a pool is below its min"
      severity  = "WARNING"
      filter    = local.log_metric["pool-missing"]
      aligner   = "ALIGN_PERCENTILE_50"
      reducer   = "REDUCE_MAX"
      group_by  = ["metric.label.type"]
      period    = 300
      duration  = 900
      threshold = var.thresholds.pool_missing_percent
      meaning   = "For 15 minutes more of the pool's min than that was neither free nor in use: its members are dirty, being cleaned or in quarantine."
    }
  }

  documents = { for key, alert in merge({ for key, alert in local.thresholds : key => alert.meaning }, { sync-stopped = local.sync_stopped }) : key => "${alert}\n\nWhat to do: ${var.runbook}#${key}" }

  sync_stopped = "sync answered no message well for ten minutes. Nothing new is found due then: pools are not kept at their size, and what was lost on the way stays so."
}

resource "google_monitoring_alert_policy" "threshold" {
  for_each = local.thresholds

  project               = var.project_id
  display_name          = "${var.name}: ${each.value.title}"
  severity              = each.value.severity
  combiner              = "OR"
  notification_channels = var.notification_channels
  user_labels           = var.labels

  conditions {
    display_name = each.value.title

    condition_threshold {
      filter          = each.value.filter
      comparison      = "COMPARISON_GT"
      threshold_value = each.value.threshold
      duration        = "${each.value.duration}s"
      # Of what is well again nothing is logged: without points an incident would stay open until auto_close, and the next event
      # would notify nobody. Monitoring takes this together with a duration only.
      evaluation_missing_data = each.value.duration == 0 ? null : "EVALUATION_MISSING_DATA_INACTIVE"

      aggregations {
        alignment_period     = "${each.value.period}s"
        per_series_aligner   = each.value.aligner
        cross_series_reducer = each.value.reducer
        group_by_fields      = each.value.group_by
      }
    }
  }

  alert_strategy {
    auto_close = "${var.thresholds.auto_close_seconds}s"
  }

  documentation {
    mime_type = "text/markdown"
    content   = local.documents[each.key]
  }
}

# What has stopped writes no log and answers no call. A condition on absence is not met before there was a point, and a sync that
# never began has none: so nothing is counted as 0. A count is seen up to four minutes late, which the window outlasts; the duration is
# what a first tick has to come in.
resource "google_monitoring_alert_policy" "sync_stopped" {
  project               = var.project_id
  display_name          = "${var.name}: sync has stopped"
  enabled               = !var.paused
  severity              = "CRITICAL"
  combiner              = "OR"
  notification_channels = var.notification_channels
  user_labels           = var.labels

  conditions {
    display_name = "no tick was handled well for ten minutes"

    condition_prometheus_query_language {
      query               = "(sum(increase(run_googleapis_com:request_count{monitored_resource=\"cloud_run_revision\",service_name=\"${var.functions["sync"]}\",response_code_class=\"2xx\"}[5m])) or vector(0)) < 1"
      duration            = "300s"
      evaluation_interval = "60s"
      # In a new project nothing was counted yet.
      disable_metric_validation = true
    }
  }

  alert_strategy {
    auto_close = "${var.thresholds.auto_close_seconds}s"
  }

  documentation {
    mime_type = "text/markdown"
    content   = local.documents["sync-stopped"]
  }

  # Not before sync is there: these name subscriptions, which wait for the functions.
  depends_on = [google_monitoring_alert_policy.threshold]
}
