# A Mason that works on a Boskos which is there already: users call that server as before, and Mason has no Boskos API.
# Its console counts the members there.
# Cloud Run reaches it from the internet, or with network at a private address. Here the server asks for a password; one on Cloud Run takes auth = "id-token".

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

variable "boskos_url" {
  description = "URL of the Boskos server, such as https://boskos.corp.example."
  type        = string
}

variable "network" {
  description = "Network and subnet through which the functions reach the server; null: from the internet."
  type        = object({ network = string, subnetwork = string })
  default     = null
}

# Terraform makes the secret, and never sees the password. A first apply makes it alone, so that it can be filled: a function
# that mounts a secret without a version does not start.
#   gcloud services enable secretmanager.googleapis.com --project=PROJECT
#   terraform apply -target=google_secret_manager_secret.password -var project_id=PROJECT -var boskos_url=URL
#   gcloud secrets versions add mason-boskos-server --data-file=FILE --project=PROJECT
#   terraform apply -var project_id=PROJECT -var boskos_url=URL
resource "google_secret_manager_secret" "password" {
  project   = var.project_id
  secret_id = "mason-boskos-server"

  replication {
    auto {}
  }
}

module "mason" {
  source = "../.."

  project_id  = var.project_id
  region      = "europe-west1"
  config_file = "${path.module}/resources.yaml"
  commands    = true # resources.yaml runs a program

  network = var.network

  boskos_server = {
    url             = var.boskos_url
    auth            = "basic"
    user            = "mason"
    password_secret = google_secret_manager_secret.password.secret_id
  }
}

output "service_accounts" {
  description = "Emails of the accounts that call the server: with auth = id-token these are to be let in."
  value       = module.mason.service_accounts
}
