mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  project_id                = "demo-project"
  name                      = "mason"
  functions                 = { clean = "mason-clean", sync = "mason-sync" }
  subscriptions             = { clean = "mason-clean", sync = "mason-sync" }
  dead_letter_subscriptions = { clean = "mason-clean-dead", sync = "mason-sync-dead" }
  notification_channels     = ["projects/demo-project/notificationChannels/1"]
  runbook                   = "https://docs.corp.example/mason"
  thresholds                = { backlog_seconds = 900, errors_in_5_minutes = 10, acquire_wait_seconds = 1800, oldest_waiter_seconds = 600, pool_missing_percent = 50, auto_close_seconds = 86400 }
}

run "alerts" {
  module {
    source = "./modules/alerts"
  }

  assert {
    condition = alltrue([
      for section in keys(output.alerts) : can(regex("\n### ${section}\n", file("README.md")))
    ])
    error_message = "Each alert has a section in the runbook."
  }

  assert {
    condition     = alltrue([for key, one in google_monitoring_alert_policy.threshold : endswith(one.documentation[0].content, "https://docs.corp.example/mason#${key}")])
    error_message = "Each alert links its section."
  }

  assert {
    condition     = alltrue([for one in concat(values(google_monitoring_alert_policy.threshold), [google_monitoring_alert_policy.sync_stopped]) : one.notification_channels == tolist(["projects/demo-project/notificationChannels/1"])])
    error_message = "Each alert goes to the channels."
  }

  assert {
    condition     = google_monitoring_alert_policy.sync_stopped.conditions[0].condition_prometheus_query_language[0].duration == "300s" && strcontains(google_monitoring_alert_policy.sync_stopped.conditions[0].condition_prometheus_query_language[0].query, "service_name=\"mason-sync\",response_code_class=\"2xx\"}[5m]")
    error_message = "Five minutes in which five went by without a good tick are an alert."
  }

  assert {
    condition     = can(regex("^[(]sum[(].*[)] or vector[(]0[)][)] < 1$", google_monitoring_alert_policy.sync_stopped.conditions[0].condition_prometheus_query_language[0].query)) && length(google_monitoring_alert_policy.sync_stopped.conditions[0].condition_absent) == 0
    error_message = "A sync that never answered is an alert, too: where nothing was counted there were none."
  }

  assert {
    condition     = google_monitoring_alert_policy.sync_stopped.enabled
    error_message = "That alert rests with the Scheduler only."
  }

  assert {
    condition     = google_monitoring_alert_policy.threshold["oldest-waiter"].conditions[0].condition_threshold[0].threshold_value == 600000 && google_monitoring_alert_policy.threshold["pool-below-min"].conditions[0].condition_threshold[0].threshold_value == 50
    error_message = "Thresholds have the unit of their metric: milliseconds and percent."
  }

  assert {
    condition     = google_monitoring_alert_policy.threshold["pool-below-min"].conditions[0].condition_threshold[0].duration == "900s" && google_monitoring_alert_policy.threshold["pool-below-min"].conditions[0].condition_threshold[0].evaluation_missing_data == "EVALUATION_MISSING_DATA_INACTIVE"
    error_message = "A pool is below its min for 15 minutes, and well again once nothing is said of it."
  }

  assert {
    condition = alltrue([
      for key, one in google_monitoring_alert_policy.threshold :
      tonumber(trimsuffix(one.conditions[0].condition_threshold[0].duration, "s")) >= 60 && one.conditions[0].condition_threshold[0].evaluation_missing_data == "EVALUATION_MISSING_DATA_INACTIVE"
      if key != "dead-letters"
    ])
    error_message = "An incident ends once nothing is heard of its cause, so that the next event notifies again."
  }

  assert {
    condition = alltrue([
      for key in ["quarantine", "function-errors", "acquire-wait"] :
      tonumber(trimsuffix(google_monitoring_alert_policy.threshold[key].conditions[0].condition_threshold[0].aggregations[0].alignment_period, "s")) > tonumber(trimsuffix(google_monitoring_alert_policy.threshold[key].conditions[0].condition_threshold[0].duration, "s"))
    ])
    error_message = "What happened once is counted for longer than the condition must hold: it is an alert."
  }

  assert {
    condition     = google_monitoring_alert_policy.threshold["dead-letters"].conditions[0].condition_threshold[0].duration == "0s"
    error_message = "The number of dead letters is always known: one is an alert at once."
  }

  assert {
    condition     = toset([for key, one in google_logging_metric.distribution : key if strcontains(one.filter, "jsonPayload.event=\"pool\"")]) == toset(["oldest-waiter", "pool-missing"])
    error_message = "What sync says of a pool is measured."
  }

  assert {
    condition     = strcontains(google_monitoring_alert_policy.threshold["dead-letters"].conditions[0].condition_threshold[0].filter, "\"mason-clean-dead|mason-sync-dead\"") && google_monitoring_alert_policy.threshold["dead-letters"].conditions[0].condition_threshold[0].threshold_value == 0
    error_message = "One dead letter is an alert."
  }

  assert {
    condition     = alltrue([for one in concat(values(google_logging_metric.counter), values(google_logging_metric.distribution)) : strcontains(one.filter, "\"^(mason-clean|mason-sync)$\"")])
    error_message = "Metrics count what these functions log, and nobody else's."
  }

  assert {
    condition     = alltrue([for one in concat(values(google_logging_metric.counter), values(google_logging_metric.distribution)) : join(",", sort([for label in one.metric_descriptor[0].labels : label.key])) == join(",", sort(keys(one.label_extractors == null ? {} : one.label_extractors)))])
    error_message = "Each label of a metric is taken out of the log."
  }
}

run "paused" {
  command = plan

  module {
    source = "./modules/alerts"
  }

  variables {
    paused = true
  }

  assert {
    condition     = !google_monitoring_alert_policy.sync_stopped.enabled
    error_message = "A Scheduler that rests on purpose is no alert."
  }
}

run "without_sync_nothing_tells_that_it_stopped" {
  command = plan

  module {
    source = "./modules/alerts"
  }

  variables {
    functions = { clean = "mason-clean" }
  }

  expect_failures = [var.functions]
}
