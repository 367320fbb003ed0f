# The zip that functions are built from, and the config that sync reads.

resource "google_storage_bucket" "functions" {
  project                     = var.project_id
  name                        = "${var.project_id}-${var.name}-functions"
  location                    = var.region
  labels                      = local.labels
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  # It holds nothing that npm run build could not make again.
  force_destroy = true

  depends_on = [google_project_service.this]
}

# Named by its content: another zip is another object, so that functions are built anew, and only then.
resource "google_storage_bucket_object" "functions" {
  bucket = google_storage_bucket.functions.name
  name   = "functions-${filesha256(local.source)}.zip"
  source = local.source

  # The one before stays until every function is built from this one.
  lifecycle {
    create_before_destroy = true
  }
}

resource "google_service_account" "build" {
  project      = var.project_id
  account_id   = "${var.name}-build"
  display_name = "${var.name} (builds functions)"
  description  = "Cloud Build makes containers of Mason's functions as this account."

  depends_on = [google_project_service.this]
}

locals {
  builder = merge(
    {
      # Its logs.
      "roles/logging.logWriter" = null
      # The zip, which Cloud Run functions copies to a bucket of its own.
      "roles/storage.objectViewer" = "resource.name.startsWith(\"projects/_/buckets/gcf-v2-sources-${local.project_number}-${var.region}/\")"
    },
    # The container. Artifact Registry evaluates no resource.name: under such a condition no build may write. What is narrower
    # than the project is a grant on a repository, by whoever makes that.
    { for role in ["roles/artifactregistry.writer"] : role => null if var.docker_repository == null },
  )
}

resource "google_project_iam_member" "builder" {
  for_each = local.builder

  project = var.project_id
  role    = each.key
  member  = "serviceAccount:${google_service_account.build.email}"

  dynamic "condition" {
    for_each = each.value == null ? [] : [each.value]

    content {
      title      = "builds_of_functions"
      expression = condition.value
    }
  }
}

locals {
  # The same whatever is in it: a changed config is in force at the next tick, and no function is deployed anew.
  config_object   = "resources.yaml"
  config_location = var.config_file == null ? var.config_location : "gs://${google_storage_bucket.config[0].name}/${local.config_object}"
}

resource "google_storage_bucket" "config" {
  count = var.config_file == null ? 0 : 1

  project                     = var.project_id
  name                        = "${var.project_id}-${var.name}-config"
  location                    = var.region
  labels                      = local.labels
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = !var.deletion_protection

  versioning {
    enabled = true
  }

  lifecycle_rule {
    action {
      type = "Delete"
    }

    condition {
      num_newer_versions = 50
      with_state         = "ARCHIVED"
    }
  }

  depends_on = [google_project_service.this]
}

resource "google_storage_bucket_object" "config" {
  count = var.config_file == null ? 0 : 1

  bucket         = google_storage_bucket.config[0].name
  name           = local.config_object
  source         = var.config_file
  source_md5hash = filemd5(var.config_file)
  content_type   = "application/yaml"
  cache_control  = "no-store"
  # What replaces it is a newer version: there is never none.
  deletion_policy = "ABANDON"
}

# sync alone reads it, and nothing else is in the bucket. Without the right to list, a missing object would look forbidden.
resource "google_storage_bucket_iam_member" "config_reader" {
  count = var.config_file == null ? 0 : 1

  bucket = google_storage_bucket.config[0].name
  role   = "roles/storage.objectViewer"
  member = "serviceAccount:${module.phase["sync"].service_account}"
}
