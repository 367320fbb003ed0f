# The least: a Mason with a Boskos API and a console for the named people.
#
#   npm run build
#   terraform -chdir=infra/examples/minimal init
#   terraform -chdir=infra/examples/minimal apply -var project_id=PROJECT

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

variable "invokers" {
  description = "IAM members that may call the Boskos API and open the console, such as group:team@corp.example."
  type        = set(string)
  default     = []
}

module "mason" {
  source = "../.."

  project_id  = var.project_id
  region      = "europe-west1"
  config_file = "${path.module}/resources.yaml"
  commands    = true # resources.yaml runs a program
  boskos      = { invokers = var.invokers }
  console     = { invokers = var.invokers }
}

output "boskos_url" {
  description = "What mason proxy takes as --url."
  value       = module.mason.boskos_url
}

output "console_url" {
  description = "URL of the console, for whoever sends an ID token."
  value       = module.mason.console_url
}
