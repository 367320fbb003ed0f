variable "project_id" {
  description = "Project of the function."
  type        = string
  nullable    = false
}

variable "region" {
  description = "Region of the function."
  type        = string
  nullable    = false
}

variable "name" {
  description = "What the names begin with."
  type        = string
  nullable    = false
}

variable "key" {
  description = "Entry point of the function: a topic of topics.json."
  type        = string
  nullable    = false
}

variable "description" {
  description = "What the function does, in a sentence."
  type        = string
  nullable    = false
}

variable "labels" {
  description = "Labels of the function."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "build" {
  description = "Where the zip is, the account (its full name) that builds a container from it, and the full name of the repository that keeps that; null: gcf-artifacts."
  type = object({
    bucket          = string
    object          = string
    service_account = string
    repository      = optional(string)
  })
  nullable = false
}

variable "settings" {
  description = "What an instance has, and how many there may be."
  type = object({
    memory          = string
    cpu             = string
    timeout_seconds = number
    concurrency     = number
    min_instances   = number
    max_instances   = number
  })
  nullable = false

  validation {
    condition     = var.settings.timeout_seconds <= var.ack_deadline_seconds
    error_message = "The function's timeout is at most the ack deadline of its subscription, or a message is delivered again while it is worked on."
  }
}

variable "environment" {
  description = "Environment variables of the function."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "secret_files" {
  description = "Secrets as files: folder → the secret's name and the file's. The newest version is read."
  type        = map(object({ secret = string, file = string }))
  default     = {}
  nullable    = false
}

variable "ack_deadline_seconds" {
  description = "How long a push of its topic may stay unanswered."
  type        = number
  nullable    = false
}

variable "network" {
  description = "The VPC network that it reaches, and whether all it sends goes there; null: none."
  type = object({
    network     = string
    subnetwork  = string
    tags        = list(string)
    all_traffic = bool
  })
  default = null
}
