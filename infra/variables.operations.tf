# ---- the Boskos API

variable "boskos" {
  description = "The Boskos API: who may call it, and from where. null: there is none."
  type = object({
    auth            = optional(string, "iam")
    invokers        = optional(set(string), [])
    ingress         = optional(string, "ALLOW_ALL")
    owner_pattern   = optional(string)
    reset_callers   = optional(list(string))
    basic_user      = optional(string)
    password_secret = optional(string)
  })
  default = {}

  validation {
    condition     = contains(["iam", "basic", "none"], try(var.boskos.auth, "iam"))
    error_message = "boskos.auth takes iam, basic or none."
  }

  validation {
    condition     = (try(var.boskos.auth, "iam") == "basic") == (try(var.boskos.password_secret, null) != null)
    error_message = "boskos.password_secret, the name of a secret of this project, goes with auth = basic, and only with it."
  }

  validation {
    condition     = try(var.boskos.basic_user, null) == null || try(var.boskos.auth, "iam") == "basic"
    error_message = "boskos.basic_user goes with auth = basic."
  }

  validation {
    condition     = try(var.boskos.auth, "iam") == "iam" || (try(var.boskos.owner_pattern, null) == null && try(var.boskos.reset_callers, null) == null)
    error_message = "boskos.owner_pattern and boskos.reset_callers go with auth = iam: it is IAM that knows who calls."
  }

  validation {
    condition     = try(var.boskos.auth, "iam") != "iam" || length(setintersection(try(var.boskos.invokers, []), ["allUsers", "allAuthenticatedUsers"])) == 0
    error_message = "boskos.invokers takes allUsers only with auth = basic or none: with iam, nobody else would ask who calls."
  }

  validation {
    condition     = try(var.boskos.auth, "iam") != "none" || try(var.boskos.ingress, "") == "ALLOW_INTERNAL_ONLY"
    error_message = "boskos.auth = none is for private networks: it goes with ingress = ALLOW_INTERNAL_ONLY."
  }

  validation {
    condition     = contains(["ALLOW_ALL", "ALLOW_INTERNAL_ONLY", "ALLOW_INTERNAL_AND_GCLB"], try(var.boskos.ingress, "ALLOW_ALL"))
    error_message = "boskos.ingress takes ALLOW_ALL, ALLOW_INTERNAL_ONLY or ALLOW_INTERNAL_AND_GCLB."
  }

  validation {
    condition     = alltrue([for member in try(var.boskos.invokers, []) : can(regex("^(allUsers|allAuthenticatedUsers|(user|group|serviceAccount|domain|principal|principalSet):.+)$", member))])
    error_message = "boskos.invokers takes IAM members, such as group:team@corp.example."
  }
}

# ---- operations

variable "alerts" {
  description = "Whether metrics, alert policies and a dashboard are made."
  type        = bool
  default     = true
  nullable    = false
}

variable "notification_channels" {
  description = "Full names of the Monitoring channels that alerts go to (projects/PROJECT/notificationChannels/ID)."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for one in var.notification_channels : can(regex("^projects/[^/]+/notificationChannels/[^/]+$", one))])
    error_message = "notification_channels takes full names: projects/PROJECT/notificationChannels/ID."
  }
}

variable "alert_thresholds" {
  description = "From where on an alert is given."
  type = object({
    backlog_seconds      = optional(number, 900)
    errors_in_5_minutes  = optional(number, 10)
    acquire_wait_seconds = optional(number, 1800)
    auto_close_seconds   = optional(number, 86400)
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for value in values(var.alert_thresholds) : value >= 0]) && var.alert_thresholds.auto_close_seconds >= 1800
    error_message = "alert_thresholds takes no negative number, and auto_close_seconds 1800 at least."
  }
}

variable "runbook" {
  description = "Path or URL that the alerts name as their runbook."
  type        = string
  default     = "infra/README.md"
  nullable    = false
}
