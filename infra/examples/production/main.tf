# A Mason for many: basic auth from Secret Manager for boskosctl and prow, alerts to a channel, instances that suit a thousand
# members, and the ledger in several regions. Put a backend of yours beside it, so that the state is not on one machine.

terraform {
  required_version = ">= 1.9"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 8.0"
    }
  }
}

variable "project_id" {
  description = "ID of the project that everything is in."
  type        = string
}

variable "email" {
  description = "Address that alerts go to."
  type        = string
}

variable "console_invokers" {
  description = "Who may call the console: IAP's own account, serviceAccount:service-NUMBER@gcp-sa-iap.iam.gserviceaccount.com."
  type        = set(string)
  default     = []
}

# Terraform makes the secret, and never sees the password. A first apply makes it alone, so that it can be filled: a function
# that mounts a secret without a version does not start.
#   gcloud services enable secretmanager.googleapis.com monitoring.googleapis.com --project=PROJECT
#   terraform apply -target=google_secret_manager_secret.password -var project_id=PROJECT -var email=ADDRESS
#   openssl rand -base64 24 | tr -d '\n' | gcloud secrets versions add mason-boskos-password --data-file=- --project=PROJECT
#   terraform apply -var project_id=PROJECT -var email=ADDRESS
resource "google_secret_manager_secret" "password" {
  project   = var.project_id
  secret_id = "mason-boskos-password"

  replication {
    auto {}
  }
}

resource "google_monitoring_notification_channel" "people" {
  project      = var.project_id
  display_name = "Mason"
  type         = "email"
  labels       = { email_address = var.email }
}

module "mason" {
  source = "../.."

  project_id  = var.project_id
  region      = "europe-west1"
  config_file = "${path.module}/resources.yaml"
  commands    = true # resources.yaml runs a program
  labels      = { team = "platform" }

  database_location     = "eur3"
  backup_retention_days = 30

  # Clients that send Basic auth can't send Google's tokens: Cloud Run lets all in, and the function asks for the password.
  boskos = {
    auth            = "basic"
    password_secret = google_secret_manager_secret.password.secret_id
    invokers        = ["allUsers"]
  }

  # People come through a load balancer of yours, at which IAP asks who they are: it is they whom an order's history names.
  console = {
    ingress  = "ALLOW_INTERNAL_AND_GCLB"
    invokers = var.console_invokers
    actions  = true
  }

  function_settings = {
    clean   = { memory = "1Gi", max_instances = 20 }
    recycle = { memory = "1Gi", max_instances = 20 }
    boskos  = { min_instances = 1 }
  }

  notification_channels = [google_monitoring_notification_channel.people.name]
  alert_thresholds      = { acquire_wait_seconds = 600 }
}

output "boskos_url" {
  description = "What clients take as --server-url."
  value       = module.mason.boskos_url
}

output "dashboard" {
  description = "Full name of the dashboard."
  value       = module.mason.dashboard
}
