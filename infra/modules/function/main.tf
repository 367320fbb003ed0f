locals {
  # An account's ID has 6 to 30 characters.
  service_name = "${var.name}-${var.key}"
}

# Its own, so that each function can be given what it needs and nothing else. It never gets a key.
resource "google_service_account" "this" {
  project      = var.project_id
  account_id   = local.service_name
  display_name = "${local.service_name} (function)"
  description  = "Runs the function ${local.service_name} of Mason."
}

resource "google_cloudfunctions2_function" "this" {
  project     = var.project_id
  location    = var.region
  name        = local.service_name
  description = var.description
  labels      = var.labels

  build_config {
    runtime           = "nodejs24"
    entry_point       = var.key
    service_account   = var.build.service_account
    docker_repository = var.build.repository

    source {
      storage_source {
        bucket = var.build.bucket
        object = var.build.object
      }
    }
  }

  service_config {
    service_account_email            = google_service_account.this.email
    available_memory                 = var.settings.memory
    available_cpu                    = var.settings.cpu
    timeout_seconds                  = var.settings.timeout_seconds
    max_instance_request_concurrency = var.settings.concurrency
    min_instance_count               = var.settings.min_instances
    max_instance_count               = var.settings.max_instances
    ingress_settings                 = var.ingress
    environment_variables            = var.environment
    all_traffic_on_latest_revision   = true
    direct_vpc_egress                = var.network == null ? null : var.network.all_traffic ? "VPC_EGRESS_ALL_TRAFFIC" : "VPC_EGRESS_PRIVATE_RANGES_ONLY"

    dynamic "direct_vpc_network_interface" {
      for_each = var.network == null ? [] : [var.network]

      content {
        network    = direct_vpc_network_interface.value.network
        subnetwork = direct_vpc_network_interface.value.subnetwork
        tags       = direct_vpc_network_interface.value.tags
      }
    }

    dynamic "secret_volumes" {
      for_each = var.secret_files

      content {
        mount_path = secret_volumes.key
        project_id = var.project_id
        secret     = secret_volumes.value.secret

        versions {
          version = "latest"
          path    = secret_volumes.value.file
        }
      }
    }
  }

  # A revision that may not read its secrets does not start.
  depends_on = [google_secret_manager_secret_iam_member.files]
}

# On these secrets alone.
resource "google_secret_manager_secret_iam_member" "files" {
  for_each = var.secret_files

  project   = var.project_id
  secret_id = each.value.secret
  role      = "roles/secretmanager.secretAccessor"
  member    = "serviceAccount:${google_service_account.this.email}"
}

resource "google_cloud_run_v2_service_iam_member" "invoker" {
  for_each = var.invokers

  project  = var.project_id
  location = var.region
  name     = google_cloudfunctions2_function.this.name
  role     = "roles/run.invoker"
  member   = each.value

  # A function that is made anew has a service without the grants of the one before, under the same name.
  lifecycle {
    replace_triggered_by = [google_cloudfunctions2_function.this.id]
  }
}
