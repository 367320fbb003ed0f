# ---- what runs

variable "functions_zip" {
  description = "Path of the zip that npm run build makes. Default: dist/functions.zip of this checkout."
  type        = string
  default     = null

  validation {
    condition     = fileexists(coalesce(var.functions_zip, "${path.module}/../dist/functions.zip"))
    error_message = "There is no such zip: run npm run build, or set functions_zip."
  }
}

variable "docker_repository" {
  description = "ID of an Artifact Registry repository of project and region that keeps the functions' containers; let the account of the output builder write there. null: gcf-artifacts, which Cloud Run functions makes."
  type        = string
  default     = null

  validation {
    condition     = var.docker_repository == null ? true : can(regex("^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$", var.docker_repository))
    error_message = "docker_repository takes an ID such as mason-functions: the repository is in project_id and in region."
  }
}

variable "function_settings" {
  description = "By entry point, what differs from the defaults (512Mi, 1 CPU, 540 s, no idle instance)."
  type = map(object({
    memory          = optional(string)
    cpu             = optional(string)
    timeout_seconds = optional(number)
    concurrency     = optional(number)
    min_instances   = optional(number)
    max_instances   = optional(number)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for key in keys(var.function_settings) : contains(concat(["boskos", "console"], keys(jsondecode(file("${path.module}/topics.json")).topics)), key)])
    error_message = "function_settings takes the entry points recycle, fulfill, clean, free, janitor, sync, boskos and console as keys."
  }

  validation {
    condition     = alltrue([for one in values(var.function_settings) : one.timeout_seconds == null ? true : one.timeout_seconds >= 1 && one.timeout_seconds <= 540])
    error_message = "timeout_seconds takes 1 to 540: a push must be answered within 600 s."
  }

  validation {
    condition     = alltrue([for key, one in var.function_settings : one.timeout_seconds == null || contains(["boskos", "console", "sync"], key) ? true : one.timeout_seconds >= 540])
    error_message = "timeout_seconds of a phase and of the janitor is 540: the engine ends a run after 530 s, and must come before Cloud Run."
  }

  validation {
    condition     = alltrue([for one in values(var.function_settings) : one.memory == null ? true : can(regex("^[1-9][0-9]*(Mi|Gi|M|G)$", one.memory))])
    error_message = "memory takes a number and Mi, Gi, M or G, such as 512Mi."
  }

  validation {
    condition     = alltrue([for one in values(var.function_settings) : one.cpu == null ? true : can(regex("^([0-9]*[.])?[0-9]+$", one.cpu)) && try(tonumber(one.cpu) > 0 && tonumber(one.cpu) <= 8, false)])
    error_message = "cpu takes a number of CPUs up to 8, such as 1 or 0.5."
  }

  validation {
    condition     = alltrue([for one in values(var.function_settings) : one.concurrency == null ? true : one.concurrency >= 1 && one.concurrency <= 1000])
    error_message = "concurrency takes 1 to 1000."
  }

  validation {
    condition     = alltrue([for one in values(var.function_settings) : (one.max_instances == null ? true : one.max_instances >= 1) && (one.min_instances == null ? true : one.min_instances >= 0)])
    error_message = "max_instances takes 1 or more, min_instances 0 or more."
  }
}

variable "masonables" {
  description = "Modules that register more Masonables and cleaners: paths inside functions_zip, or packages in it."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for one in var.masonables : one != "" && !can(regex("[,\\s]", one))])
    error_message = "masonables takes names of modules without commas and spaces."
  }
}

variable "commands" {
  description = "Whether the Masonable Command may be used: whoever writes the config can then run programs in the functions."
  type        = bool
  default     = false
  nullable    = false
}

variable "environment" {
  description = "More environment variables of every function, such as OTEL_EXPORTER_OTLP_ENDPOINT. The README's table has them all."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key in keys(var.environment) : can(regex("^[A-Z][A-Z0-9_]*$", key))])
    error_message = "environment takes names of A-Z, 0-9 and _."
  }

  validation {
    condition = length(setintersection(keys(var.environment), [
      "MASON_CONFIG", "MASON_LEDGER", "MASON_TOPICS", "MASON_INSTALLATION", "MASON_COMMANDS", "MASON_MASONABLES", "MASON_AUTH",
      "MASON_BASIC_USER", "MASON_BASIC_PASSWORD_FILE", "MASON_OWNER_PATTERN", "MASON_RESET_CALLERS", "GOOGLE_CLOUD_PROJECT",
      "MASON_BOSKOS_URL", "MASON_BOSKOS_AUTH", "MASON_BOSKOS_USER", "MASON_BOSKOS_PASSWORD_FILE", "MASON_CONSOLE_ACTIONS", "MASON_CONSOLE_USER_DATA",
    ])) == 0
    error_message = "environment takes no variable that follows from another input, such as MASON_CONFIG or MASON_AUTH."
  }
}

variable "builder_secrets" {
  description = "Secrets as files for clean, recycle and janitor: folder → the secret's name and the file's. For Webhook, environment names the file as MASON_WEBHOOK_SECRET_FILE."
  type        = map(object({ secret = string, file = string }))
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for folder in keys(var.builder_secrets) : can(regex("^/[a-z0-9_/-]*[a-z0-9_-]$", folder)) && folder != "/etc/mason-server"])
    error_message = "builder_secrets takes folders from / on, such as /etc/mason-webhook, each of its own."
  }
}

variable "network" {
  description = "A VPC network and subnetwork that the functions reach, such as for an existing Boskos inside it. Private addresses go there, with all_traffic everything. null: none."
  type = object({
    network     = string
    subnetwork  = string
    tags        = optional(list(string), [])
    all_traffic = optional(bool, false)
  })
  default = null

  validation {
    condition     = var.network == null ? true : can(regex("^(projects/[^/]+/global/networks/)?[a-z]([a-z0-9-]{0,61}[a-z0-9])?$", var.network.network))
    error_message = "network.network takes a name, or a full one: projects/PROJECT/global/networks/NAME."
  }

  validation {
    condition     = var.network == null ? true : can(regex("^(projects/[^/]+/regions/[^/]+/subnetworks/)?[a-z]([a-z0-9-]{0,61}[a-z0-9])?$", var.network.subnetwork))
    error_message = "network.subnetwork takes a name, or a full one: projects/PROJECT/regions/REGION/subnetworks/NAME."
  }
}

variable "paused" {
  description = "Whether the Scheduler rests, and the alert sync-stopped with it: nothing is begun then."
  type        = bool
  default     = false
  nullable    = false
}

variable "scheduler_region" {
  description = "Region of the Scheduler's jobs, where region has none. Default: region."
  type        = string
  default     = null

  validation {
    condition     = var.scheduler_region == null ? true : can(regex("^[a-z]+-[a-z]+[0-9]+$", var.scheduler_region))
    error_message = "scheduler_region takes a region such as europe-west1."
  }
}
