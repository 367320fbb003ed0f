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
  description = "Entry point of the function: boskos or console."
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
}

variable "environment" {
  description = "Environment variables of the function."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "secret_files" {
  description = "Secrets as files beside the password: folder → the secret's name and the file's. The newest version is read."
  type        = map(object({ secret = string, file = string }))
  default     = {}
  nullable    = false
}

variable "auth" {
  description = "Who may call it, as MASON_AUTH has it: iam, basic or none."
  type        = string
  nullable    = false

  validation {
    condition     = contains(["iam", "basic", "none"], var.auth)
    error_message = "auth takes iam, basic or none."
  }
}

variable "password_secret" {
  description = "Name of the secret that holds the password of auth = basic."
  type        = string
  default     = null

  validation {
    condition     = (var.auth == "basic") == (var.password_secret != null)
    error_message = "password_secret goes with auth = basic, and only with it."
  }
}

variable "invokers" {
  description = "IAM members that may call it."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = var.auth != "iam" || length(setintersection(var.invokers, ["allUsers", "allAuthenticatedUsers"])) == 0
    error_message = "With auth = iam it is IAM that says who calls: everybody can't be among the invokers."
  }
}

variable "ingress" {
  description = "Who may reach the function before IAM is asked."
  type        = string
  default     = "ALLOW_ALL"
  nullable    = false

  validation {
    condition     = var.auth != "none" || var.ingress == "ALLOW_INTERNAL_ONLY"
    error_message = "auth = none is for private networks: it goes with ingress = ALLOW_INTERNAL_ONLY."
  }
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
