# An HTTP function that asks who calls: the Boskos API, or the console.

locals {
  is_basic = var.auth == "basic"
  folder   = "/etc/mason"
  file     = "password"
}

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
  ingress     = var.ingress
  network     = var.network
  invokers    = { for member in var.invokers : member => member }

  secret_files = merge(var.secret_files, local.is_basic ? {
    (local.folder) = { secret = var.password_secret, file = local.file }
  } : {})

  environment = merge(var.environment, { MASON_AUTH = var.auth }, local.is_basic ? {
    MASON_BASIC_PASSWORD_FILE = "${local.folder}/${local.file}"
  } : {})
}
