mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  project_id  = "demo-project"
  region      = "europe-west1"
  name        = "mason"
  key         = "clean"
  description = "Constructs a virtual resource."
  build       = { bucket = "zips", object = "functions-1.zip", service_account = "projects/demo-project/serviceAccounts/build@demo-project.iam.gserviceaccount.com" }
  settings    = { memory = "512Mi", cpu = "1", timeout_seconds = 540, concurrency = 20, min_instances = 0, max_instances = 20 }

  ack_deadline_seconds = 600
}

run "a_phase" {
  module {
    source = "./modules/phase"
  }

  assert {
    condition     = google_service_account.pusher.account_id == "mason-clean-push"
    error_message = "Each function has a pusher of its own."
  }

  assert {
    condition     = output.endpoint.url == "https://f-abc.run.app"
    error_message = "Its topic is pushed to its Cloud Run service."
  }
}

run "a_timeout_past_the_ack_deadline_is_refused" {
  command = plan

  module {
    source = "./modules/phase"
  }

  variables {
    ack_deadline_seconds = 500
  }

  expect_failures = [var.settings]
}

run "a_function" {
  module {
    source = "./modules/function"
  }

  variables {
    invokers = { pusher = "serviceAccount:clean-push@demo-project.iam.gserviceaccount.com" }
    build    = { bucket = "zips", object = "functions-1.zip", service_account = "projects/demo-project/serviceAccounts/build@demo-project.iam.gserviceaccount.com", repository = "projects/demo-project/locations/europe-west1/repositories/functions" }
  }

  assert {
    condition     = google_cloudfunctions2_function.this.build_config[0].entry_point == "clean" && google_cloudfunctions2_function.this.build_config[0].runtime == "nodejs24"
    error_message = "The entry point is the function's key, on Node 24."
  }

  assert {
    condition     = google_cloudfunctions2_function.this.build_config[0].docker_repository == "projects/demo-project/locations/europe-west1/repositories/functions"
    error_message = "Its container is kept where the caller says."
  }

  assert {
    condition     = google_cloudfunctions2_function.this.service_config[0].ingress_settings == "ALLOW_INTERNAL_ONLY"
    error_message = "Nobody from outside reaches a function unless asked for."
  }

  assert {
    condition     = length(google_cloudfunctions2_function.this.event_trigger) == 0
    error_message = "There is no Eventarc trigger, whose dead-letter policy can't be set."
  }

  assert {
    condition     = google_cloudfunctions2_function.this.service_config[0].service_account_email == google_service_account.this.email && google_service_account.this.account_id == "mason-clean"
    error_message = "It runs as an account of its own, not as the project's default."
  }

  assert {
    condition     = length(google_cloud_run_v2_service_iam_member.invoker) == 1 && alltrue([for one in values(google_cloud_run_v2_service_iam_member.invoker) : one.role == "roles/run.invoker" && one.name == "mason-clean" && one.member == "serviceAccount:clean-push@demo-project.iam.gserviceaccount.com"])
    error_message = "Its pusher alone may call it, and this service alone."
  }
}

run "a_function_with_a_secret" {
  module {
    source = "./modules/function"
  }

  variables {
    secret_files = { "/etc/x" = { secret = "boskos-password", file = "password" } }
  }

  assert {
    condition     = google_cloudfunctions2_function.this.service_config[0].secret_volumes[0].secret == "boskos-password" && google_cloudfunctions2_function.this.service_config[0].secret_volumes[0].mount_path == "/etc/x"
    error_message = "A secret is a file, not an environment variable."
  }

  assert {
    condition     = length(google_secret_manager_secret_iam_member.files) == 1 && alltrue([for one in values(google_secret_manager_secret_iam_member.files) : one.secret_id == "boskos-password" && one.role == "roles/secretmanager.secretAccessor" && one.member == "serviceAccount:${google_service_account.this.email}"])
    error_message = "Its account may read this one secret."
  }
}

run "many_requests_on_half_a_cpu_are_refused" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    settings = { memory = "512Mi", cpu = "0.5", timeout_seconds = 540, concurrency = 2, min_instances = 0, max_instances = 20 }
  }

  expect_failures = [var.settings]
}

run "more_idle_instances_than_instances_are_refused" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    settings = { memory = "512Mi", cpu = "1", timeout_seconds = 540, concurrency = 2, min_instances = 3, max_instances = 2 }
  }

  expect_failures = [var.settings]
}

run "a_function_in_a_network" {
  module {
    source = "./modules/function"
  }

  variables {
    network = { network = "projects/host/global/networks/inside", subnetwork = "projects/host/regions/europe-west1/subnetworks/functions", tags = ["mason"], all_traffic = false }
  }

  assert {
    condition     = google_cloudfunctions2_function.this.service_config[0].direct_vpc_egress == "VPC_EGRESS_PRIVATE_RANGES_ONLY"
    error_message = "What goes to the internet goes there as before."
  }

  assert {
    condition     = google_cloudfunctions2_function.this.service_config[0].direct_vpc_network_interface[0].subnetwork == "projects/host/regions/europe-west1/subnetworks/functions" && google_cloudfunctions2_function.this.service_config[0].direct_vpc_network_interface[0].tags == tolist(["mason"])
    error_message = "It has an address in the subnet."
  }
}

run "boskos_behind_a_password" {
  command = plan

  module {
    source = "./modules/http"
  }

  variables {
    key             = "boskos"
    auth            = "basic"
    password_secret = "boskos-password"
    invokers        = ["allUsers"]
  }

  assert {
    condition     = output.secrets == tolist(["boskos-password"])
    error_message = "It reads this one secret."
  }
}

run "boskos_behind_iam" {
  command = plan

  module {
    source = "./modules/http"
  }

  variables {
    key      = "boskos"
    auth     = "iam"
    invokers = ["group:team@corp.example"]
  }

  assert {
    condition     = length(output.secrets) == 0
    error_message = "It reads no secret."
  }
}

run "a_console_beside_a_server" {
  command = plan

  module {
    source = "./modules/http"
  }

  variables {
    key             = "console"
    auth            = "basic"
    password_secret = "console-password"
    secret_files    = { "/etc/mason-server" = { secret = "server-password", file = "password" } }
    invokers        = ["allUsers"]
  }

  assert {
    condition     = output.name == "mason-console" && toset(output.secrets) == toset(["console-password", "server-password"])
    error_message = "It asks for one password, and calls the server with the other."
  }
}

run "everybody_behind_iam_is_refused" {
  command = plan

  module {
    source = "./modules/http"
  }

  variables {
    key      = "boskos"
    auth     = "iam"
    invokers = ["allUsers"]
  }

  expect_failures = [var.invokers]
}

run "schedules_are_those_of_the_list" {
  command = plan

  module {
    source = "./modules/schedule"
  }

  variables {
    topics = { sync = "mason-sync", janitor = "mason-janitor" }
  }

  assert {
    condition     = toset(keys(google_cloud_scheduler_job.this)) == toset(keys(jsondecode(file("topics.json")).schedules))
    error_message = "There is a job for each schedule of topics.json."
  }

  assert {
    condition     = alltrue([for one in values(google_cloud_scheduler_job.this) : one.schedule == "* * * * *" && one.time_zone == "Etc/UTC" && !one.paused])
    error_message = "Each wakes its function every minute."
  }

  assert {
    condition     = alltrue([for key, one in google_cloud_scheduler_job.this : one.pubsub_target[0].topic_name == "projects/demo-project/topics/mason-${key}" && base64decode(one.pubsub_target[0].data) == "*"])
    error_message = "A tick carries data (an empty message is lost) that names no resource."
  }
}

run "schedules_can_rest" {
  command = plan

  module {
    source = "./modules/schedule"
  }

  variables {
    topics = { sync = "mason-sync", janitor = "mason-janitor" }
    paused = true
  }

  assert {
    condition     = alltrue([for one in values(google_cloud_scheduler_job.this) : one.paused])
    error_message = "Paused means all."
  }
}
