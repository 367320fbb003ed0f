# ---- the Boskos API

variable "boskos" {
  description = "The Boskos API: who may call it, and from where. null, or with boskos_server: there is none."
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
    condition     = try(length(compact(var.boskos.reset_callers)), 1) > 0
    error_message = "boskos.reset_callers takes one email at least: of an empty list the function knows nothing, and lets everybody reset. With owner_pattern and without reset_callers nobody may."
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

# ---- the console

variable "console" {
  description = "The console: who may open it, and whether he may give orders and see user data there. null: there is none."
  type = object({
    auth            = optional(string, "iam")
    invokers        = optional(set(string), [])
    ingress         = optional(string, "ALLOW_ALL")
    actions         = optional(bool, false)
    user_data       = optional(bool, false)
    basic_user      = optional(string)
    password_secret = optional(string)
  })
  default = {}

  validation {
    condition     = contains(["iam", "basic", "none"], try(var.console.auth, "iam"))
    error_message = "console.auth takes iam, basic or none."
  }

  validation {
    condition     = (try(var.console.auth, "iam") == "basic") == (try(var.console.password_secret, null) != null)
    error_message = "console.password_secret, the name of a secret of this project, goes with auth = basic, and only with it."
  }

  validation {
    condition     = try(var.console.basic_user, null) == null || try(var.console.auth, "iam") == "basic"
    error_message = "console.basic_user goes with auth = basic."
  }

  validation {
    condition     = try(var.console.auth, "iam") != "iam" || length(setintersection(try(var.console.invokers, []), ["allUsers", "allAuthenticatedUsers"])) == 0
    error_message = "console.invokers takes allUsers only with auth = basic or none: with iam, nobody else would ask who calls."
  }

  validation {
    condition     = try(var.console.auth, "iam") != "none" || try(var.console.ingress, "") == "ALLOW_INTERNAL_ONLY"
    error_message = "console.auth = none is for private networks: it goes with ingress = ALLOW_INTERNAL_ONLY."
  }

  validation {
    condition     = contains(["ALLOW_ALL", "ALLOW_INTERNAL_ONLY", "ALLOW_INTERNAL_AND_GCLB"], try(var.console.ingress, "ALLOW_ALL"))
    error_message = "console.ingress takes ALLOW_ALL, ALLOW_INTERNAL_ONLY or ALLOW_INTERNAL_AND_GCLB."
  }

  validation {
    condition     = alltrue([for member in try(var.console.invokers, []) : can(regex("^(allUsers|allAuthenticatedUsers|(user|group|serviceAccount|domain|principal|principalSet):.+)$", member))])
    error_message = "console.invokers takes IAM members, such as group:team@corp.example."
  }
}

# ---- an existing Boskos

variable "boskos_server" {
  description = "An existing Boskos to work on, and how it is called: auth none, basic (user, and the name of a secret with the password) or id-token. null: the ledger keeps the resources itself."
  type = object({
    url             = string
    auth            = optional(string, "none")
    user            = optional(string)
    password_secret = optional(string)
  })
  default = null

  validation {
    condition     = var.boskos_server == null ? true : can(regex("^https?://[^/@\\s?#]+(/[^@\\s?#]*)?$", var.boskos_server.url))
    error_message = "boskos_server.url takes an http:// or https:// URL without user, password and query."
  }

  validation {
    condition     = contains(["none", "basic", "id-token"], try(var.boskos_server.auth, "none"))
    error_message = "boskos_server.auth takes none, basic or id-token."
  }

  validation {
    condition     = (try(var.boskos_server.auth, "none") == "basic") == (try(var.boskos_server.password_secret, null) != null)
    error_message = "boskos_server.password_secret, the name of a secret of this project, goes with auth = basic, and only with it."
  }

  validation {
    condition     = try(var.boskos_server.user, null) == null ? true : var.boskos_server.auth == "basic" && can(regex("^[^:[:cntrl:]]+$", var.boskos_server.user))
    error_message = "boskos_server.user goes with auth = basic, and has no colon."
  }

  validation {
    condition     = try(var.boskos_server.auth, "none") == "none" || startswith(try(var.boskos_server.url, ""), "https://")
    error_message = "boskos_server.url is https:// with auth = basic or id-token: a password or token goes over it at each call."
  }
}
