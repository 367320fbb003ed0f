variable "project_id" {
  description = "Project of the topics."
  type        = string
  nullable    = false
}

variable "name" {
  description = "What the names begin with, in the place of mason."
  type        = string
  default     = "mason"
  nullable    = false
}

variable "endpoints" {
  description = "Where each topic of topics.json is pushed to: the function's URL without a path, and the account whose ID token a push carries (null: none, which only an emulator takes)."
  type = map(object({
    url             = string
    service_account = optional(string)
  }))
  nullable = false

  validation {
    condition     = toset(keys(var.endpoints)) == toset(keys(jsondecode(file("${path.module}/../../topics.json")).topics))
    error_message = "endpoints has one entry for each topic of topics.json, and no other."
  }
}

variable "retention_seconds" {
  description = "How long an undelivered message and a dead letter are kept."
  type        = number
  default     = 604800
  nullable    = false

  validation {
    condition     = var.retention_seconds >= 600 && var.retention_seconds <= 2678400
    error_message = "retention_seconds takes 600 (10 minutes) to 2678400 (31 days)."
  }
}

variable "labels" {
  description = "Labels of everything that takes some."
  type        = map(string)
  default     = {}
  nullable    = false
}
