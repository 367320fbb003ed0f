# Who may publish, push and move dead letters. README.md has the whole table of who may do what, and why.

locals {
  # Each function publishes to each of these: whatever a run frees or grants may wake a resource in any phase. sync itself is
  # woken by the Scheduler alone, and dead letters are written by Pub/Sub alone.
  woken = [for key in keys(local.described.topics) : key if key != "sync"]

  # A console that only shows wakes nobody.
  publishers = concat(keys(local.described.topics), local.has_boskos ? ["boskos"] : [], local.has_orders ? ["console"] : [])

  wakes = { for pair in setproduct(local.publishers, local.woken) : "${pair[0]} to ${pair[1]}" => { function = pair[0], topic = pair[1] } }
}

resource "google_pubsub_topic_iam_member" "wakes" {
  for_each = local.wakes

  project = var.project_id
  topic   = module.topics.topics[each.value.topic].topic
  role    = "roles/pubsub.publisher"
  member  = "serviceAccount:${local.service_accounts[each.value.function]}"
}

# Pub/Sub moves a message that was delivered in vain: it publishes it there and acknowledges it here.
resource "google_pubsub_topic_iam_member" "dead_letters" {
  for_each = local.described.topics

  project = var.project_id
  topic   = module.topics.topics[each.key].dead_letter_topic
  role    = "roles/pubsub.publisher"
  member  = local.pubsub_agent
}

resource "google_pubsub_subscription_iam_member" "dead_letters" {
  for_each = local.described.topics

  project      = var.project_id
  subscription = module.topics.topics[each.key].subscription
  role         = "roles/pubsub.subscriber"
  member       = local.pubsub_agent
}

# Pub/Sub asks for the ID token that a push carries. serviceAccountTokenCreator could also sign, and get access tokens.
resource "google_service_account_iam_member" "pusher_token" {
  for_each = local.described.topics

  service_account_id = module.phase[each.key].pusher
  role               = "roles/iam.serviceAccountOpenIdTokenCreator"
  member             = local.pubsub_agent

  # Pub/Sub's account is there once something of it is.
  depends_on = [module.topics]
}
