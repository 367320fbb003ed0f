variable "project_id" {
  description = "Project of the database."
  type        = string
  nullable    = false
}

variable "name" {
  description = "What the names begin with."
  type        = string
  nullable    = false
}

variable "database" {
  description = "Name of the database."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,61}[a-z0-9]$", var.database))
    error_message = "database takes 4 to 63 of a-z, 0-9 and -, a letter first."
  }
}

variable "location" {
  description = "Location of the database: a region, or nam5 or eur3 for several. It can't be changed later."
  type        = string
  nullable    = false
}

variable "deletion_protection" {
  description = "Whether nobody can delete the database, Terraform included."
  type        = bool
  default     = true
  nullable    = false
}

variable "backup_retention_days" {
  description = "How many days a daily backup is kept."
  type        = number
  default     = 7
  nullable    = false

  validation {
    condition     = var.backup_retention_days >= 1 && var.backup_retention_days <= 98 && floor(var.backup_retention_days) == var.backup_retention_days
    error_message = "backup_retention_days takes 1 to 98 (14 weeks)."
  }
}

variable "users" {
  description = "Who reads and writes documents: a key of one's choice → an IAM member."
  type        = map(string)
  nullable    = false
}
