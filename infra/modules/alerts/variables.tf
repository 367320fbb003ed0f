variable "project_id" {
  description = "Project that is watched."
  type        = string
  nullable    = false
}

variable "name" {
  description = "What the names begin with."
  type        = string
  nullable    = false
}

variable "labels" {
  description = "Labels of the alert policies."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "functions" {
  description = "Names of the functions, by their entry points."
  type        = map(string)
  nullable    = false

  validation {
    condition     = contains(keys(var.functions), "sync")
    error_message = "functions has an entry sync: without it nothing tells that it has stopped."
  }
}

variable "subscriptions" {
  description = "Names of the subscriptions that push to functions."
  type        = map(string)
  nullable    = false
}

variable "dead_letter_subscriptions" {
  description = "Names of the subscriptions that keep dead letters."
  type        = map(string)
  nullable    = false
}

variable "notification_channels" {
  description = "Full names of the Monitoring channels that alerts go to."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "runbook" {
  description = "Where the runbook is: path or URL of infra/README.md."
  type        = string
  nullable    = false
}

variable "thresholds" {
  description = "From where on an alert is given."
  type = object({
    backlog_seconds       = number
    errors_in_5_minutes   = number
    acquire_wait_seconds  = number
    oldest_waiter_seconds = number
    pool_missing_percent  = number
    auto_close_seconds    = number
  })
  nullable = false
}

variable "paused" {
  description = "Whether the Scheduler rests: that sync has stopped is no alert then."
  type        = bool
  default     = false
  nullable    = false
}
