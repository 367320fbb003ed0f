# A Masonable of one's own: a module that is put into the zip, and what its accounts may do in other projects.
#
#   npm run build
#   cp -r dist/functions dist/own
#   npx esbuild shared/masonables/template/index.ts --bundle --platform=node --format=esm --outfile=dist/own/template.mjs
#   (cd dist/own && zip -qrX ../own.zip .)
#   terraform -chdir=infra/examples/own-masonable init
#   terraform -chdir=infra/examples/own-masonable apply -var project_id=PROJECT -var functions_zip=$PWD/dist/own.zip

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

variable "functions_zip" {
  description = "Path of the zip with the module in it."
  type        = string
}

variable "cluster_projects" {
  description = "IDs of the projects in which the Masonable makes clusters: the physical resources of resources.yaml."
  type        = set(string)
  default     = []
}

module "mason" {
  source = "../.."

  project_id    = var.project_id
  region        = "europe-west1"
  name          = "clusters"
  config_file   = "${path.module}/resources.yaml"
  functions_zip = var.functions_zip
  masonables    = ["./template.mjs"]
  console       = null
}

# clean constructs, recycle destroys: each gets what its part needs, where it is needed. The other functions get nothing.
resource "google_project_iam_member" "builders" {
  for_each = { for pair in setproduct(["clean", "recycle"], var.cluster_projects) : "${pair[0]} in ${pair[1]}" => pair }

  project = each.value[1]
  role    = "roles/container.clusterAdmin"
  member  = "serviceAccount:${module.mason.service_accounts[each.value[0]]}"
}

output "functions" {
  description = "Names of the functions."
  value       = module.mason.functions
}
