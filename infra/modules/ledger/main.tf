locals {
  # The list that a test holds against every query of the ledger.
  collections = jsondecode(file("${path.module}/../../firestore.json")).collections

  composite = merge([
    for collection, described in local.collections : {
      for fields in described.composite : "${collection}(${join(",", fields)})" => { collection = collection, fields = fields }
    }
  ]...)

  # Of each collection, and of `*`, which stands for every field that is not named: whether a field has an index, and a TTL.
  fields = merge([
    for collection, described in local.collections : {
      for field in toset(concat(["*"], described.single, compact([try(described.ttl, null)]))) :
      "${collection}.${field}" => {
        collection = collection
        field      = field
        is_indexed = contains(described.single, field)
        is_ttl     = field == try(described.ttl, null)
      }
    }
  ]...)
}

resource "google_firestore_database" "this" {
  project                           = var.project_id
  name                              = var.database
  location_id                       = var.location
  type                              = "FIRESTORE_NATIVE"
  concurrency_mode                  = "OPTIMISTIC"
  app_engine_integration_mode       = "DISABLED"
  point_in_time_recovery_enablement = "POINT_IN_TIME_RECOVERY_ENABLED"
  delete_protection_state           = var.deletion_protection ? "DELETE_PROTECTION_ENABLED" : "DELETE_PROTECTION_DISABLED"
  # The provider's default would leave it behind, unseen.
  deletion_policy = var.deletion_protection ? "PREVENT" : "DELETE"
}

resource "google_firestore_backup_schedule" "daily" {
  project   = var.project_id
  database  = google_firestore_database.this.name
  retention = "${var.backup_retention_days * 86400}s"

  daily_recurrence {}
}

resource "google_firestore_index" "composite" {
  for_each = local.composite

  project     = var.project_id
  database    = google_firestore_database.this.name
  collection  = each.value.collection
  query_scope = "COLLECTION"

  dynamic "fields" {
    for_each = each.value.fields

    content {
      field_path = fields.value
      order      = "ASCENDING"
    }
  }

  # Of a large ledger it takes longer than the 20 minutes that the provider waits by default. What was not waited for is in no
  # state, and the next apply would end with a 409.
  timeouts {
    create = "2h"
    delete = "2h"
  }

  # Until every function is deployed anew, the old ones query by it.
  lifecycle {
    create_before_destroy = true
  }
}

# Firestore indexes each field both ways unless told not to, and each index entry slows a write down.
resource "google_firestore_field" "this" {
  for_each = local.fields

  project    = var.project_id
  database   = google_firestore_database.this.name
  collection = each.value.collection
  field      = each.value.field

  index_config {
    dynamic "indexes" {
      for_each = each.value.is_indexed ? ["ASCENDING"] : []

      content {
        order       = indexes.value
        query_scope = "COLLECTION"
      }
    }
  }

  dynamic "ttl_config" {
    for_each = each.value.is_ttl ? [true] : []

    content {}
  }

  timeouts {
    create = "2h"
    update = "2h"
    delete = "2h"
  }

  lifecycle {
    create_before_destroy = true
  }
}

# roles/datastore.user also reads indexes, namespaces and statistics, and allocates IDs.
resource "google_project_iam_custom_role" "user" {
  project     = var.project_id
  role_id     = "${replace(var.name, "-", "_")}_ledger_user"
  title       = "${var.name}: ledger user"
  description = "Reads and writes documents, and nothing else."
  permissions = [
    "datastore.databases.get",
    "datastore.entities.create",
    "datastore.entities.delete",
    "datastore.entities.get",
    "datastore.entities.list",
    "datastore.entities.update",
  ]
}

# Firestore has no IAM policy of a database: the condition keeps others of the project out of reach.
resource "google_project_iam_member" "user" {
  for_each = var.users

  project = var.project_id
  role    = google_project_iam_custom_role.user.name
  member  = each.value

  condition {
    title       = "ledger_of_${replace(var.name, "-", "_")}"
    description = "The database ${var.database} alone."
    expression  = "resource.name == \"projects/${var.project_id}/databases/${google_firestore_database.this.name}\""
  }
}
