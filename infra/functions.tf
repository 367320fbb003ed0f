locals {
  descriptions = {
    recycle = "Destroys what was built and gives back what was leased."
    fulfill = "Leases all that a virtual resource needs."
    clean   = "Constructs a virtual resource out of what it holds."
    free    = "Parks the leases and makes the virtual resource free."
    janitor = "Cleans dirty physical resources."
    sync    = "Keeps pools at their size and repeats what is overdue."
  }

  # One construct may take minutes, and is waited for: many share an instance, which costs no more than one. A new project may have
  # 20 CPUs in a region, in some 10, and Cloud Run refuses a function that could take more.
  defaults = {
    recycle = { concurrency = 20, max_instances = 10 }
    fulfill = { concurrency = 20, max_instances = 10 }
    clean   = { concurrency = 20, max_instances = 10 }
    free    = { concurrency = 20, max_instances = 10 }
    janitor = { concurrency = 20, max_instances = 10 }
    # A tick that is delivered again may meet the one before it.
    sync   = { concurrency = 1, max_instances = 2 }
    boskos = { concurrency = 80, max_instances = 10 }
    # Who looks through the same instance shares what a refresh reads.
    console = { concurrency = 80, max_instances = 2 }
  }

  # 540 s are above the engine's own limit for an invocation (530 s) and below the ack deadline (600 s).
  settings = {
    for key, default in local.defaults : key => merge(
      { memory = "512Mi", cpu = "1", timeout_seconds = contains(["boskos", "console"], key) ? 60 : 540, min_instances = 0 },
      default,
      { for setting, value in try(var.function_settings[key], {}) : setting => value if value != null },
    )
  }

  environment = merge(
    {
      MASON_CONFIG         = local.config_location
      MASON_LEDGER         = "firestore:${module.ledger.database}"
      MASON_TOPICS         = "pubsub:${var.name}-"
      MASON_INSTALLATION   = var.name
      MASON_COMMANDS       = var.commands ? "on" : "off"
      MASON_MASONABLES     = join(",", var.masonables)
      GOOGLE_CLOUD_PROJECT = var.project_id
    },
    var.environment,
  )

  build = {
    bucket          = google_storage_bucket.functions.name
    object          = google_storage_bucket_object.functions.name
    service_account = google_service_account.build.name
    repository      = var.docker_repository == null ? null : "projects/${var.project_id}/locations/${var.region}/repositories/${var.docker_repository}"
  }

  functions = merge(
    module.phase,
    { for one in module.boskos : "boskos" => one },
    { for one in module.console : "console" => one },
  )
  function_names   = { for key, one in local.functions : key => one.name }
  service_accounts = { for key, one in local.functions : key => one.service_account }

  # Known before there is a function: metrics are made at once, and Monitoring has minutes to learn of them before an alert
  # policy names them.
  function_names_to_be = {
    for key in concat(keys(local.described.topics), local.has_boskos ? ["boskos"] : [], var.console == null ? [] : ["console"]) :
    key => "${var.name}-${key}"
  }
}

# Every function that a topic wakes: the list of topics.json, whose keys are the entry points.
module "phase" {
  source   = "./modules/phase"
  for_each = local.described.topics

  project_id  = var.project_id
  region      = var.region
  name        = var.name
  key         = each.key
  description = local.descriptions[each.key]
  labels      = local.labels
  build       = local.build
  settings    = local.settings[each.key]
  environment = merge(local.environment, local.server_environment)
  network     = var.network

  secret_files = merge(
    contains(local.builders, each.key) ? var.builder_secrets : {},
    local.server_secret_files,
  )

  ack_deadline_seconds = module.topics.ack_deadlines[each.key]

  depends_on = [google_project_iam_member.builder]
}

module "boskos" {
  source = "./modules/http"
  count  = local.has_boskos ? 1 : 0

  project_id      = var.project_id
  region          = var.region
  name            = var.name
  key             = "boskos"
  description     = "Answers Boskos's clients from the ledger."
  labels          = local.labels
  build           = local.build
  settings        = local.settings["boskos"]
  environment     = merge(local.environment, local.boskos_environment)
  auth            = var.boskos.auth
  password_secret = var.boskos.password_secret
  invokers        = var.boskos.invokers
  ingress         = var.boskos.ingress
  network         = var.network

  depends_on = [google_project_iam_member.builder]
}

# Beside an existing Boskos, too, whose members it counts there.
module "console" {
  source = "./modules/http"
  count  = var.console == null ? 0 : 1

  project_id      = var.project_id
  region          = var.region
  name            = var.name
  key             = "console"
  description     = "Shows people pools, resources and who waits."
  labels          = local.labels
  build           = local.build
  settings        = local.settings["console"]
  environment     = merge(local.environment, local.server_environment, local.console_environment)
  secret_files    = local.server_secret_files
  auth            = var.console.auth
  password_secret = var.console.password_secret
  invokers        = var.console.invokers
  ingress         = var.console.ingress
  network         = var.network

  depends_on = [google_project_iam_member.builder]
}

locals {
  # What calls Masonables and cleaners.
  builders = ["clean", "recycle", "janitor"]

  # Users call the server that is there: beside it, a Boskos API on the ledger would know only what Mason has on loan.
  has_boskos = var.boskos != null && var.boskos_server == null

  boskos_environment = var.boskos == null ? {} : { for variable, value in {
    MASON_BASIC_USER    = var.boskos.basic_user
    MASON_OWNER_PATTERN = var.boskos.owner_pattern
    MASON_RESET_CALLERS = var.boskos.reset_callers == null ? null : join(",", var.boskos.reset_callers)
  } : variable => value if value != null }
}

locals {
  has_orders = try(var.console.actions, false)

  console_environment = var.console == null ? {} : { for variable, value in {
    MASON_BASIC_USER        = var.console.basic_user
    MASON_CONSOLE_ACTIONS   = var.console.actions ? "on" : "off"
    MASON_CONSOLE_USER_DATA = var.console.user_data ? "on" : "off"
  } : variable => value if value != null }
}

# Each phase and the janitor tell the server what came of a run, sync gives signs of life, and the console
# counts: all of them call it.
locals {
  server_is_basic = try(var.boskos_server.auth, "none") == "basic"
  server_folder   = "/etc/mason-server"
  server_file     = "password"

  server_environment = var.boskos_server == null ? {} : { for variable, value in {
    MASON_BOSKOS_URL           = var.boskos_server.url
    MASON_BOSKOS_AUTH          = var.boskos_server.auth
    MASON_BOSKOS_USER          = var.boskos_server.user
    MASON_BOSKOS_PASSWORD_FILE = local.server_is_basic ? "${local.server_folder}/${local.server_file}" : null
  } : variable => value if value != null }

  server_secret_files = local.server_is_basic ? {
    (local.server_folder) = { secret = var.boskos_server.password_secret, file = local.server_file }
  } : {}
}
