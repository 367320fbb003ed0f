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
    backlog_seconds       = optional(number, 900)
    errors_in_5_minutes   = optional(number, 10)
    acquire_wait_seconds  = optional(number, 1800)
    oldest_waiter_seconds = optional(number, 1800)
    pool_missing_percent  = optional(number, 50)
    auto_close_seconds    = optional(number, 86400)
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for value in values(var.alert_thresholds) : value >= 0]) && var.alert_thresholds.auto_close_seconds >= 1800 && var.alert_thresholds.pool_missing_percent < 100
    error_message = "alert_thresholds takes no negative number, auto_close_seconds 1800 at least, and pool_missing_percent below 100."
  }
}

variable "runbook" {
  description = "Path or URL that the alerts name as their runbook."
  type        = string
  default     = "infra/README.md"
  nullable    = false
}
