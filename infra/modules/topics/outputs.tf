output "topics" {
  description = "By its key in topics.json: names of each topic, its subscription, its dead-letter topic and the subscription that keeps dead letters."
  value = {
    for key in keys(local.topics) : key => {
      topic                    = google_pubsub_topic.main[key].name
      subscription             = google_pubsub_subscription.main[key].name
      dead_letter_topic        = google_pubsub_topic.dead[key].name
      dead_letter_subscription = google_pubsub_subscription.dead[key].name
    }
  }
}

# Apart from topics, since functions come before the subscriptions that push to them.
output "ack_deadlines" {
  description = "Seconds in which a push must be answered, by key in topics.json."
  value       = { for key, described in local.topics : key => described.ackDeadlineSeconds }
}
