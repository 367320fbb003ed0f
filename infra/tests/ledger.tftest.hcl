mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  project_id = "demo-project"
  name       = "mason"
  database   = "mason"
  location   = "europe-west1"
  users      = { sync = "serviceAccount:sync@demo-project.iam.gserviceaccount.com" }
}

run "kept" {
  module {
    source = "./modules/ledger"
  }

  assert {
    condition     = google_firestore_database.this.type == "FIRESTORE_NATIVE"
    error_message = "The ledger is a native database."
  }

  assert {
    condition     = google_firestore_database.this.delete_protection_state == "DELETE_PROTECTION_ENABLED" && google_firestore_database.this.deletion_policy == "PREVENT"
    error_message = "Neither a person nor Terraform deletes the ledger by mistake."
  }

  assert {
    condition     = google_firestore_database.this.point_in_time_recovery_enablement == "POINT_IN_TIME_RECOVERY_ENABLED"
    error_message = "The ledger can be read as it was an hour ago."
  }

  assert {
    condition     = google_firestore_backup_schedule.daily.retention == "604800s" && length(google_firestore_backup_schedule.daily.daily_recurrence) == 1
    error_message = "A daily backup is kept for a week."
  }
}

run "indexes_are_those_of_the_list" {
  module {
    source = "./modules/ledger"
  }

  assert {
    condition = (
      toset([for one in values(google_firestore_index.composite) : "${one.collection}: ${join(" ", [for field in one.fields : "${field.field_path} ${field.order}"])}"]) ==
      toset(flatten([for collection, described in jsondecode(file("firestore.json")).collections : [
        for fields in described.composite : "${collection}: ${join(" ", [for field in fields : "${field} ASCENDING"])}"
      ]]))
    )
    error_message = "Composite indexes are those of firestore.json, which a test holds against every query."
  }

  assert {
    condition = (
      toset([for one in values(google_firestore_field.this) : "${one.collection}.${one.field}" if length(one.index_config[0].indexes) == 1]) ==
      toset(flatten([for collection, described in jsondecode(file("firestore.json")).collections : [for field in described.single : "${collection}.${field}"]]))
    )
    error_message = "The fields with an index of their own are those of firestore.json."
  }

  assert {
    condition = alltrue([
      for collection in keys(jsondecode(file("firestore.json")).collections) :
      length(google_firestore_field.this["${collection}.*"].index_config[0].indexes) == 0 && google_firestore_field.this["${collection}.*"].field == "*"
    ])
    error_message = "All other fields of each collection are exempt: an index entry slows each write down."
  }

  assert {
    condition = (
      toset([for one in values(google_firestore_field.this) : "${one.collection}.${one.field}" if length(one.ttl_config) == 1]) ==
      toset([for collection, described in jsondecode(file("firestore.json")).collections : "${collection}.${described.ttl}" if can(described.ttl)])
    )
    error_message = "TTL policies are those of firestore.json."
  }
}

run "indexes_are_waited_for" {
  module {
    source = "./modules/ledger"
  }

  assert {
    condition     = alltrue([for one in values(google_firestore_index.composite) : one.timeouts.create == "2h" && one.timeouts.delete == "2h"])
    error_message = "An index that takes longer than the wait is lost from the state."
  }

  assert {
    condition     = alltrue([for one in values(google_firestore_field.this) : one.timeouts.create == "2h" && one.timeouts.update == "2h" && one.timeouts.delete == "2h"])
    error_message = "So is a field's own index."
  }
}

run "its_users_reach_nothing_else" {
  module {
    source = "./modules/ledger"
  }

  assert {
    condition     = alltrue([for permission in google_project_iam_custom_role.user.permissions : can(regex("^datastore[.](entities[.](create|delete|get|list|update)|databases[.]get)$", permission))])
    error_message = "A user of the ledger reads and writes documents, and nothing else."
  }

  assert {
    condition     = alltrue([for one in values(google_project_iam_member.user) : one.role == google_project_iam_custom_role.user.name])
    error_message = "Users have the custom role alone."
  }

  assert {
    condition     = alltrue([for one in values(google_project_iam_member.user) : one.condition[0].expression == "resource.name == \"projects/demo-project/databases/mason\""])
    error_message = "Users reach this database alone."
  }
}

run "protection_can_be_lifted" {
  module {
    source = "./modules/ledger"
  }

  variables {
    deletion_protection = false
  }

  assert {
    condition     = google_firestore_database.this.delete_protection_state == "DELETE_PROTECTION_DISABLED" && google_firestore_database.this.deletion_policy == "DELETE"
    error_message = "Without protection terraform destroy leaves nothing behind."
  }
}

run "the_default_database_is_refused" {
  command = plan

  module {
    source = "./modules/ledger"
  }

  variables {
    database = "(default)"
  }

  expect_failures = [var.database]
}
