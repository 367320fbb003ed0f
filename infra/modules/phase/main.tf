# A function that a topic wakes, and the account that wakes it. What the two may do with topics
# stands in ../../iam.tf, since a subscription needs the URL first.

module "function" {
  source = "../function"

  project_id  = var.project_id
  region      = var.region
  name        = var.name
  key         = var.key
  description = var.description
  labels      = var.labels
  build       = var.build
  settings    = var.settings
  environment = var.environment
  invokers    = { pusher = "serviceAccount:${google_service_account.pusher.email}" }

  secret_files = var.secret_files
  network      = var.network
}

# Whose ID token a push carries. It may call this one function, and do nothing else.
resource "google_service_account" "pusher" {
  project      = var.project_id
  account_id   = "${var.name}-${var.key}-push"
  display_name = "${var.name}-${var.key} (pushes)"
  description  = "Pub/Sub calls the function ${var.name}-${var.key} as this account."
}
