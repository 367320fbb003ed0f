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
  description = "Entry point of the function, and the end of its name."
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
    condition     = var.settings.concurrency == 1 || tonumber(var.settings.cpu) >= 1
    error_message = "An instance with less than one CPU takes one request at a time: set concurrency to 1, or cpu to 1 or more."
  }

  validation {
    condition     = var.settings.min_instances <= var.settings.max_instances
    error_message = "min_instances is at most max_instances."
  }
}

variable "ingress" {
  description = "Who may reach the function before IAM is asked: ALLOW_INTERNAL_ONLY lets Pub/Sub of the same project in."
  type        = string
  default     = "ALLOW_INTERNAL_ONLY"
  nullable    = false

  validation {
    condition     = contains(["ALLOW_ALL", "ALLOW_INTERNAL_ONLY", "ALLOW_INTERNAL_AND_GCLB"], var.ingress)
    error_message = "ingress takes ALLOW_ALL, ALLOW_INTERNAL_ONLY or ALLOW_INTERNAL_AND_GCLB."
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

variable "invokers" {
  description = "Who may call the function: a key of one's choice → an IAM member."
  type        = map(string)
  default     = {}
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
