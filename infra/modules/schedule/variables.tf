variable "project_id" {
  description = "Project of the jobs."
  type        = string
  nullable    = false
}

variable "region" {
  description = "Region of the jobs."
  type        = string
  nullable    = false
}

variable "name" {
  description = "What the names begin with."
  type        = string
  nullable    = false
}

variable "topics" {
  description = "Names of the topics, by their keys in topics.json."
  type        = map(string)
  nullable    = false
}

variable "paused" {
  description = "Whether the jobs rest: nothing is begun then, and what is under way goes on."
  type        = bool
  default     = false
  nullable    = false
}
