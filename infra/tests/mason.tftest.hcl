mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  project_id    = "demo-project"
  region        = "europe-west1"
  config_file   = "tests/fixtures/resources.yaml"
  functions_zip = "tests/fixtures/functions.zip"
}

run "whole" {
  assert {
    condition     = toset(keys(output.functions)) == toset(concat(keys(jsondecode(file("topics.json")).topics), ["boskos", "console"]))
    error_message = "There is a function for each topic, the Boskos API and the console."
  }

  assert {
    condition     = alltrue([for key, name in output.functions : name == "mason-${key}"])
    error_message = "A function has the name of its entry point."
  }

  assert {
    condition     = output.config_location == "gs://demo-project-mason-config/resources.yaml"
    error_message = "The config has the same place whatever is in it, so that changing it deploys nothing."
  }

  assert {
    condition     = google_storage_bucket.config[0].versioning[0].enabled && !google_storage_bucket.config[0].force_destroy
    error_message = "Earlier configs are kept, and the bucket is not destroyed with them."
  }

  assert {
    condition     = alltrue([for one in [google_storage_bucket.config[0], google_storage_bucket.functions] : one.public_access_prevention == "enforced" && one.uniform_bucket_level_access])
    error_message = "No bucket can be opened to the public."
  }

  assert {
    condition     = google_storage_bucket_object.functions.name == "functions-${filesha256("tests/fixtures/functions.zip")}.zip"
    error_message = "The zip is named by its content: another one is deployed, the same one is not."
  }

  assert {
    condition     = google_storage_bucket_iam_member.config_reader[0].role == "roles/storage.objectViewer" && google_storage_bucket_iam_member.config_reader[0].bucket == google_storage_bucket.config[0].name
    error_message = "sync reads the config's bucket, and writes nothing there."
  }

  assert {
    condition     = alltrue([for one in values(google_pubsub_topic_iam_member.wakes) : one.role == "roles/pubsub.publisher" && one.topic != "mason-sync" && !endswith(one.topic, "-dead")])
    error_message = "Functions publish to the topics of resources: not to sync's, and not to dead-letter topics."
  }

  assert {
    condition = toset(keys(google_pubsub_topic_iam_member.wakes)) == toset([
      for pair in setproduct(["recycle", "fulfill", "clean", "free", "janitor", "sync", "boskos"], ["recycle", "fulfill", "clean", "free", "janitor"]) :
      "${pair[0]} to ${pair[1]}"
    ])
    error_message = "Every function but a console that only shows may wake a resource in any phase."
  }

  assert {
    condition     = alltrue([for one in values(google_pubsub_topic_iam_member.dead_letters) : one.member == "serviceAccount:service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com" && one.role == "roles/pubsub.publisher" && endswith(one.topic, "-dead")])
    error_message = "Pub/Sub itself publishes to each dead-letter topic."
  }

  assert {
    condition     = toset([for one in values(google_pubsub_topic_iam_member.dead_letters) : one.topic]) == toset([for one in values(output.topics) : one.dead_letter_topic])
    error_message = "Pub/Sub may publish to every dead-letter topic, or messages are tried for ever."
  }

  assert {
    condition     = toset([for one in values(google_pubsub_subscription_iam_member.dead_letters) : "${one.subscription} ${one.role}"]) == toset([for one in values(output.topics) : "${one.subscription} roles/pubsub.subscriber"])
    error_message = "Pub/Sub may take given up messages off every subscription."
  }

  assert {
    condition     = length(google_service_account_iam_member.pusher_token) == 6 && alltrue([for one in values(google_service_account_iam_member.pusher_token) : one.role == "roles/iam.serviceAccountOpenIdTokenCreator"])
    error_message = "Pub/Sub gets ID tokens of each pusher, and nothing else of it."
  }

  assert {
    condition     = toset(keys(google_project_iam_member.builder)) == toset(["roles/logging.logWriter", "roles/artifactregistry.writer", "roles/storage.objectViewer"])
    error_message = "The account that builds has what a build needs."
  }

  assert {
    condition     = toset([for role, one in google_project_iam_member.builder : role if length(one.condition) == 1]) == toset(["roles/storage.objectViewer"])
    error_message = "A condition on the resource's name stands where Google evaluates it: for objects, and not for repositories."
  }

  assert {
    condition     = local.build.repository == null && output.builder == google_service_account.build.email
    error_message = "Cloud Run functions keeps the containers, unless somebody makes a repository for them."
  }

  assert {
    condition     = alltrue([for one in values(google_project_service.this) : !one.disable_on_destroy])
    error_message = "terraform destroy disables no API that others use."
  }
}

run "a_repository_of_ones_own" {
  command = plan

  variables {
    docker_repository = "mason-functions"
  }

  assert {
    condition     = toset(keys(google_project_iam_member.builder)) == toset(["roles/logging.logWriter", "roles/storage.objectViewer"])
    error_message = "The builder writes where it was let in, and to no other repository of the project."
  }

  assert {
    condition     = local.build.repository == "projects/demo-project/locations/europe-west1/repositories/mason-functions"
    error_message = "The containers go there."
  }
}

run "a_console_that_shows" {
  command = plan

  assert {
    condition     = length([for key in keys(google_pubsub_topic_iam_member.wakes) : key if startswith(key, "console")]) == 0
    error_message = "Without orders the console wakes nobody."
  }

  assert {
    condition     = length(module.console) == 1 && length(module.console[0].secrets) == 0 && length(module.console[0].invokers) == 0
    error_message = "Nobody opens it unless asked for, and it reads no secret."
  }
}

run "a_console_that_takes_orders" {
  command = plan

  variables {
    console = { actions = true, auth = "basic", password_secret = "console-password", invokers = ["allUsers"] }
  }

  assert {
    condition     = toset([for key in keys(google_pubsub_topic_iam_member.wakes) : key if startswith(key, "console")]) == toset([for key in ["recycle", "fulfill", "clean", "free", "janitor"] : "console to ${key}"])
    error_message = "What is retried or released there may wake a resource in any phase."
  }

  assert {
    condition     = module.console[0].secrets == tolist(["console-password"]) && length(module.boskos[0].secrets) == 0
    error_message = "It alone reads its password."
  }
}

run "no_console" {
  command = plan

  variables {
    console = null
  }

  assert {
    condition     = output.console_url == null && !contains(keys(output.functions), "console") && !contains(keys(output.service_accounts), "console")
    error_message = "There is no console, and no account of one."
  }
}

run "another_name_meets_nobody" {
  command = plan

  variables {
    name = "team-two"
  }

  assert {
    condition     = alltrue([for name in values(output.functions) : startswith(name, "team-two-")])
    error_message = "Functions have the installation's name."
  }

  assert {
    condition     = output.database == "team-two" && alltrue([for one in values(output.topics) : alltrue([for name in values(one) : startswith(name, "team-two-")])])
    error_message = "The database and all topics have it, too."
  }

  assert {
    condition     = google_storage_bucket.functions.name == "demo-project-team-two-functions"
    error_message = "So have the buckets."
  }
}

run "somebody_else_keeps_the_config" {
  command = plan

  variables {
    config_file     = null
    config_location = "gs://theirs/resources.yaml"
  }

  assert {
    condition     = length(google_storage_bucket.config) == 0 && length(google_storage_bucket_iam_member.config_reader) == 0 && output.config_location == "gs://theirs/resources.yaml"
    error_message = "There is no bucket for a config that is somewhere else."
  }
}

run "no_boskos_api_and_no_alerts" {
  command = plan

  variables {
    boskos      = null
    alerts      = false
    enable_apis = false
  }

  assert {
    condition     = output.boskos_url == null && !contains(keys(output.functions), "boskos") && output.alerts == null
    error_message = "What was not asked for is not there."
  }

  assert {
    condition     = length([for key in keys(google_pubsub_topic_iam_member.wakes) : key if startswith(key, "boskos")]) == 0 && length(google_project_service.this) == 0
    error_message = "Nothing is granted to what is not there."
  }
}

run "unprotected" {
  command = plan

  variables {
    deletion_protection = false
  }

  assert {
    condition     = google_storage_bucket.config[0].force_destroy
    error_message = "Without protection terraform destroy leaves nothing behind."
  }
}

run "a_secret_of_what_builds" {
  command = plan

  variables {
    builder_secrets = { "/etc/mason-webhook" = { secret = "webhook", file = "secret" } }
    environment     = { MASON_WEBHOOK_SECRET_FILE = "/etc/mason-webhook/secret" }
  }

  assert {
    condition     = alltrue([for key, one in module.phase : length(one.secrets) == (contains(["clean", "recycle", "janitor"], key) ? 1 : 0)])
    error_message = "Only what constructs, destroys and cleans reads it."
  }
}

run "an_existing_boskos" {
  command = plan

  variables {
    boskos_server = { url = "https://boskos.corp.example", auth = "basic", user = "ci", password_secret = "server-password" }
  }

  assert {
    condition     = output.boskos_url == null && toset(keys(output.functions)) == toset(concat(keys(jsondecode(file("topics.json")).topics), ["console"]))
    error_message = "Users call the server that is there: Mason has no Boskos API."
  }

  assert {
    condition     = alltrue([for one in concat(values(module.phase), [module.console[0]]) : one.secrets == tolist(["server-password"])])
    error_message = "Whoever calls the server reads its password."
  }
}
