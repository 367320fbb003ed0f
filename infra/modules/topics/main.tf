# Nothing but Pub/Sub is in this module, so that it can be applied to the emulator as it is. Who may publish and who may push
# stands in ../phase.

locals {
  # The list that the functions, `npm run cloud` and the tests read, too.
  described = jsondecode(file("${path.module}/../../topics.json"))

  # The file's names begin with the name that an installation has by default.
  patterns = { for kind, pattern in local.described.names : kind => replace(pattern, "/^mason-/", "${var.name}-") }

  topics = {
    for key, own in local.described.topics : key => merge(local.described.defaults, own, {
      topic                    = format(local.patterns.topic, key)
      subscription             = format(local.patterns.subscription, key)
      dead_letter_topic        = format(local.patterns.deadLetterTopic, key)
      dead_letter_subscription = format(local.patterns.deadLetterSubscription, key)
    })
  }
}

resource "google_pubsub_topic" "main" {
  for_each = local.topics

  project = var.project_id
  name    = each.value.topic
  labels  = var.labels
}

resource "google_pubsub_topic" "dead" {
  for_each = local.topics

  project = var.project_id
  name    = each.value.dead_letter_topic
  labels  = var.labels
}

# A topic without a subscription drops what it gets: this one keeps dead letters for a person.
resource "google_pubsub_subscription" "dead" {
  for_each = local.topics

  project                    = var.project_id
  name                       = each.value.dead_letter_subscription
  topic                      = google_pubsub_topic.dead[each.key].id
  ack_deadline_seconds       = each.value.deadLetterAckDeadlineSeconds
  message_retention_duration = "${var.retention_seconds}s"
  labels                     = var.labels

  expiration_policy {
    ttl = ""
  }
}

# A push subscription of our own: the dead-letter policy of an Eventarc trigger's can't be set.
resource "google_pubsub_subscription" "main" {
  for_each = local.topics

  project                    = var.project_id
  name                       = each.value.subscription
  topic                      = google_pubsub_topic.main[each.key].id
  ack_deadline_seconds       = each.value.ackDeadlineSeconds
  message_retention_duration = "${var.retention_seconds}s"
  labels                     = var.labels

  push_config {
    # A plain push names its topic nowhere but in the path, where functions-framework looks for the event's source.
    push_endpoint = "${var.endpoints[each.key].url}/projects/${var.project_id}/topics/${each.value.topic}"

    dynamic "oidc_token" {
      for_each = var.endpoints[each.key].service_account == null ? [] : [var.endpoints[each.key]]

      content {
        service_account_email = oidc_token.value.service_account
        # By default it would be the endpoint with its path, which Cloud Run refuses.
        audience = oidc_token.value.url
      }
    }
  }

  retry_policy {
    minimum_backoff = "${each.value.minBackoffSeconds}s"
    maximum_backoff = "${each.value.maxBackoffSeconds}s"
  }

  dead_letter_policy {
    dead_letter_topic     = google_pubsub_topic.dead[each.key].id
    max_delivery_attempts = each.value.maxDeliveryAttempts
  }

  # Else one that was idle for 31 days is deleted: a Mason may rest longer, and must still wake.
  expiration_policy {
    ttl = ""
  }

  # So that no dead letter comes before there is something to keep it.
  depends_on = [google_pubsub_subscription.dead]
}
