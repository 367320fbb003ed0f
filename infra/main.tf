locals {
  described = jsondecode(file("${path.module}/topics.json"))
  source    = coalesce(var.functions_zip, "${path.module}/../dist/functions.zip")

  apis = [
    "artifactregistry", "cloudbuild", "cloudfunctions", "cloudscheduler", "firestore", "iam", "logging", "monitoring", "pubsub",
    "run", "secretmanager", "storage",
  ]

  labels = merge({ app = "mason", installation = var.name }, var.labels)

  # Who Pub/Sub itself is. The number comes from a bucket: no other permission and no other read is needed for it.
  project_number = google_storage_bucket.functions.project_number
  pubsub_agent   = "serviceAccount:service-${local.project_number}@gcp-sa-pubsub.iam.gserviceaccount.com"
}

resource "google_project_service" "this" {
  for_each = var.enable_apis ? toset(local.apis) : []

  project = var.project_id
  service = "${each.key}.googleapis.com"
  # Others may use it, and what is disabled deletes what it holds.
  disable_on_destroy = false
}

module "topics" {
  source = "./modules/topics"

  project_id = var.project_id
  name       = var.name
  labels     = local.labels
  endpoints  = { for key, phase in module.phase : key => phase.endpoint }

  depends_on = [google_project_service.this]
}

module "ledger" {
  source = "./modules/ledger"

  project_id            = var.project_id
  name                  = var.name
  database              = coalesce(var.database, var.name)
  location              = coalesce(var.database_location, var.region)
  deletion_protection   = var.deletion_protection
  backup_retention_days = var.backup_retention_days
  users                 = { for key, email in local.service_accounts : key => "serviceAccount:${email}" }

  depends_on = [google_project_service.this]
}

module "schedule" {
  source = "./modules/schedule"

  project_id = var.project_id
  region     = coalesce(var.scheduler_region, var.region)
  name       = var.name
  topics     = { for key, topic in module.topics.topics : key => topic.topic }
  paused     = var.paused

  # A tick before a function may read the ledger would only fail.
  depends_on = [module.ledger, google_pubsub_topic_iam_member.wakes, google_storage_bucket_iam_member.config_reader]
}

module "alerts" {
  source = "./modules/alerts"
  count  = var.alerts ? 1 : 0

  project_id                = var.project_id
  name                      = var.name
  labels                    = local.labels
  functions                 = local.function_names_to_be
  subscriptions             = { for key, topic in module.topics.topics : key => topic.subscription }
  dead_letter_subscriptions = { for key, topic in module.topics.topics : key => topic.dead_letter_subscription }
  notification_channels     = var.notification_channels
  runbook                   = var.runbook
  thresholds                = var.alert_thresholds
  paused                    = var.paused

  depends_on = [google_project_service.this]
}
