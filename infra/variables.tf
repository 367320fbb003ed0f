# ---- which Mason, and where

variable "project_id" {
  description = "ID of the project that everything is in."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "project_id takes the ID of a project (6 to 30 of a-z, 0-9 and -), not its name or number."
  }
}

variable "region" {
  description = "Region of the functions, such as europe-west1. A ledger in its default location moves with it: set database_location to the old region first."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "region takes a region such as europe-west1, without a zone."
  }
}

variable "name" {
  description = "What every name begins with: several Masons in one project have several names."
  type        = string
  default     = "mason"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,15}[a-z0-9]$", var.name)) && !startswith(var.name, "goog")
    error_message = "name takes 4 to 17 of a-z, 0-9 and -, a letter first, not goog: an account's ID holds no more."
  }
}

variable "labels" {
  description = "Labels beside app and installation."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key, value in var.labels : can(regex("^[a-z][a-z0-9_-]{0,62}$", key)) && can(regex("^[a-z0-9_-]{0,63}$", value))])
    error_message = "labels takes keys and values of up to 63 of a-z, 0-9, _ and -, each key with a letter first."
  }
}

variable "enable_apis" {
  description = "Whether the APIs are enabled here; false: somebody else does."
  type        = bool
  default     = true
  nullable    = false
}

# ---- the config

variable "config_file" {
  description = "Path of the Boskos config, which is put into a bucket. Exactly one of config_file and config_location is set."
  type        = string
  default     = null

  validation {
    condition     = (var.config_file == null) != (var.config_location == null)
    error_message = "Set config_file or config_location, and not both."
  }

  validation {
    condition     = var.config_file == null ? true : fileexists(var.config_file)
    error_message = "There is no file of that name: config_file takes a path from where terraform runs."
  }
}

variable "config_location" {
  description = "Where the config is, if somebody else keeps it: https://…, gs://BUCKET/OBJECT or firestore:COLLECTION/DOCUMENT. Let sync's account read it."
  type        = string
  default     = null

  validation {
    condition     = var.config_location == null ? true : can(regex("^(https://|gs://[a-z0-9][a-z0-9._-]+/.|firestore:[^/]+/.)", var.config_location))
    error_message = "config_location takes https://…, gs://BUCKET/OBJECT or firestore:COLLECTION/DOCUMENT."
  }
}

# ---- the ledger

variable "database" {
  description = "Name of the Firestore database. Default: name."
  type        = string
  default     = null

  validation {
    condition     = var.database == null ? true : can(regex("^[a-z][a-z0-9-]{2,61}[a-z0-9]$", var.database))
    error_message = "database takes 4 to 63 of a-z, 0-9 and -, a letter first. (default) is not taken: others may use it."
  }
}

variable "database_location" {
  description = "Location of the database, which can't be changed later: a region, or nam5 or eur3 for several. Default: region."
  type        = string
  default     = null

  validation {
    condition     = var.database_location == null ? true : can(regex("^([a-z]+-[a-z]+[0-9]+|nam5|nam7|eur3)$", var.database_location))
    error_message = "database_location takes a region, nam5, nam7 or eur3."
  }
}

variable "deletion_protection" {
  description = "Whether database and config are kept from terraform destroy."
  type        = bool
  default     = true
  nullable    = false
}

variable "backup_retention_days" {
  description = "How many days a daily backup of the ledger is kept."
  type        = number
  default     = 7
  nullable    = false

  validation {
    condition     = var.backup_retention_days >= 1 && var.backup_retention_days <= 98 && floor(var.backup_retention_days) == var.backup_retention_days
    error_message = "backup_retention_days takes 1 to 98 (14 weeks)."
  }
}
