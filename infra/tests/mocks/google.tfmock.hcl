# What Google would answer, in the forms that other resources check.

mock_resource "google_cloudfunctions2_function" {
  defaults = {
    id             = "projects/demo-project/locations/europe-west1/functions/f"
    service_config = { uri = "https://f-abc.run.app", service = "projects/demo-project/locations/europe-west1/services/f" }
  }
}

mock_resource "google_service_account" {
  defaults = {
    email = "account@demo-project.iam.gserviceaccount.com"
    name  = "projects/demo-project/serviceAccounts/account@demo-project.iam.gserviceaccount.com"
  }
}

mock_resource "google_storage_bucket" {
  defaults = { project_number = 123456789012 }
}

mock_resource "google_project_iam_custom_role" {
  defaults = { name = "projects/demo-project/roles/mason_ledger_user" }
}

mock_resource "google_pubsub_topic" {
  defaults = { id = "projects/demo-project/topics/t" }
}

mock_resource "google_monitoring_alert_policy" {
  defaults = { name = "projects/demo-project/alertPolicies/1" }
}
