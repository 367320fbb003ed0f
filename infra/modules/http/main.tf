# The Boskos API on the ledger.

locals {
  is_basic = var.auth == "basic"
  folder   = "/etc/mason"
  file     = "password"
}

module "function" {
  source = "../function"

  project_id   = var.project_id
  region       = var.region
  name         = var.name
  key          = "boskos"
  description  = "Answers Boskos's clients from the ledger."
  labels       = var.labels
  build        = var.build
  settings     = var.settings
  ingress      = var.ingress
  secret_files = local.is_basic ? { (local.folder) = { secret = var.password_secret, file = local.file } } : {}
  invokers     = { for member in var.invokers : member => member }

  environment = merge(var.environment, { MASON_AUTH = var.auth }, local.is_basic ? {
    MASON_BASIC_PASSWORD_FILE = "${local.folder}/${local.file}"
  } : {})
}
