locals {
  charts = [
    {
      title   = "Runs by phase, a minute"
      filter  = local.log_metric["runs"]
      aligner = "ALIGN_DELTA"
      reducer = "REDUCE_SUM"
      by      = ["metric.label.phase"]
    },
    {
      title   = "Run duration by phase, 95th percentile (ms)"
      filter  = local.log_metric["run-duration"]
      aligner = "ALIGN_PERCENTILE_95"
      reducer = "REDUCE_MAX"
      by      = ["metric.label.phase"]
    },
    {
      title   = "Failed runs by type"
      filter  = local.log_metric["failed-runs"]
      aligner = "ALIGN_DELTA"
      reducer = "REDUCE_SUM"
      by      = ["metric.label.type"]
    },
    {
      title   = "Put into quarantine by type"
      filter  = local.log_metric["quarantined"]
      aligner = "ALIGN_DELTA"
      reducer = "REDUCE_SUM"
      by      = ["metric.label.type"]
    },
    {
      title   = "Users' wait by type, 95th percentile (ms)"
      filter  = local.log_metric["acquire-wait"]
      aligner = "ALIGN_PERCENTILE_95"
      reducer = "REDUCE_MAX"
      by      = ["metric.label.type"]
    },
    {
      title   = "First in line by type (ms)"
      filter  = local.log_metric["oldest-waiter"]
      aligner = "ALIGN_PERCENTILE_50"
      reducer = "REDUCE_MAX"
      by      = ["metric.label.type"]
    },
    {
      title   = "Not ready of a pool's min, by type (%)"
      filter  = local.log_metric["pool-missing"]
      aligner = "ALIGN_PERCENTILE_50"
      reducer = "REDUCE_MAX"
      by      = ["metric.label.type"]
    },
    {
      title   = "Boskos API by path, 95th percentile (ms)"
      filter  = local.log_metric["api-duration"]
      aligner = "ALIGN_PERCENTILE_95"
      reducer = "REDUCE_MAX"
      by      = ["metric.label.path"]
    },
    {
      title   = "Calls by function and kind of answer"
      filter  = format(local.requests, local.services)
      aligner = "ALIGN_DELTA"
      reducer = "REDUCE_SUM"
      by      = ["resource.label.service_name", "metric.label.response_code_class"]
    },
    {
      title   = "Oldest message by subscription (s)"
      filter  = "metric.type=\"pubsub.googleapis.com/subscription/oldest_unacked_message_age\" AND ${format(local.subscriptions, join("|", values(var.subscriptions)))}"
      aligner = "ALIGN_MAX"
      reducer = "REDUCE_MAX"
      by      = ["resource.label.subscription_id"]
    },
    {
      title   = "Dead letters by subscription"
      filter  = "metric.type=\"pubsub.googleapis.com/subscription/num_undelivered_messages\" AND ${format(local.subscriptions, join("|", values(var.dead_letter_subscriptions)))}"
      aligner = "ALIGN_MAX"
      reducer = "REDUCE_MAX"
      by      = ["resource.label.subscription_id"]
    },
  ]
}

resource "google_monitoring_dashboard" "this" {
  project = var.project_id

  dashboard_json = jsonencode({
    displayName = "Mason: ${var.name}"
    gridLayout = {
      columns = "3"
      widgets = [
        for chart in local.charts : {
          title = chart.title
          xyChart = {
            dataSets = [{
              plotType = "LINE"
              timeSeriesQuery = {
                timeSeriesFilter = {
                  filter = chart.filter
                  aggregation = {
                    alignmentPeriod    = "60s"
                    perSeriesAligner   = chart.aligner
                    crossSeriesReducer = chart.reducer
                    groupByFields      = chart.by
                  }
                }
              }
            }]
          }
        }
      ]
    }
  })
}
