# Each input that can't be right is refused before anything is made. A run takes a second: each has as many inputs as it can.

mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  project_id    = "demo-project"
  region        = "europe-west1"
  config_file   = "tests/fixtures/resources.yaml"
  functions_zip = "tests/fixtures/functions.zip"
}

run "refused_1" {
  command = plan

  variables {
    # a project's number
    project_id = "123456789012"
    # a zone
    region = "europe-west1-b"
    # too long for an account
    name = "a-name-that-is-long"
    # capitals
    labels = { Team = "x" }
    # not there
    functions_zip = "no/such.zip"
    # a full name
    docker_repository = "projects/demo-project/locations/europe-west1/repositories/functions"
    # no function
    function_settings = { polish = { memory = "1Gi" } }
    # two in one
    masonables = ["a,b"]
    # no folder
    builder_secrets = { "webhook" = { secret = "webhook", file = "secret" } }
    # follows from another input
    environment = { MASON_CONFIG = "gs://other/one" }
    # and no config_location either
    config_file = null
    # others may use it
    database = "(default)"
    # no such place
    database_location = "europe"
    # no backup
    backup_retention_days = 0
    # no such place
    scheduler_region = "europe"
    # no full name
    notification_channels = ["me@corp.example"]
    # less than Monitoring takes
    alert_thresholds = { auto_close_seconds = 60 }
    # no such way
    boskos = { auth = "password" }
    # no scheme
    boskos_server = { url = "boskos.corp.example" }
    # no such way
    console = { auth = "password" }
    # a range of addresses
    network = { network = "inside", subnetwork = "10.0.0.0/26" }
  }

  expect_failures = [
    var.console,
    var.network,
    var.project_id,
    var.region,
    var.name,
    var.labels,
    var.functions_zip,
    var.docker_repository,
    var.function_settings,
    var.masonables,
    var.builder_secrets,
    var.environment,
    var.config_file,
    var.database,
    var.database_location,
    var.backup_retention_days,
    var.scheduler_region,
    var.notification_channels,
    var.alert_thresholds,
    var.boskos,
    var.boskos_server,
  ]
}

run "refused_2" {
  command = plan

  variables {
    # capitals
    name = "Mason"
    # longer than a push waits
    function_settings = { sync = { timeout_seconds = 600 } }
    # no variable's name
    environment = { mason = "x" }
    # config_file is set, too
    config_location = "gs://theirs/resources.yaml"
    # no secret
    boskos = { auth = "basic" }
    # no such way
    boskos_server = { url = "https://boskos.corp.example", auth = "iam" }
    # no secret
    console = { auth = "basic" }
    # capitals
    network = { network = "Inside", subnetwork = "functions" }
  }

  expect_failures = [
    var.console,
    var.network,
    var.name,
    var.function_settings,
    var.environment,
    var.boskos,
    var.config_file,
    var.boskos_server,
  ]
}

run "refused_3" {
  command = plan

  variables {
    # Google keeps such names
    name = "google-mason"
    # the engine would come too late
    function_settings = { clean = { timeout_seconds = 60 } }
    # not there
    config_file = "no/such.yaml"
    # half a day
    backup_retention_days = 1.5
    # nobody asks for it
    boskos = { password_secret = "boskos-password" }
    # no secret
    boskos_server = { url = "https://boskos.corp.example", auth = "basic" }
    # nobody asks for it
    console = { password_secret = "console-password" }
  }

  expect_failures = [
    var.console,
    var.name,
    var.function_settings,
    var.config_file,
    var.backup_retention_days,
    var.boskos,
    var.boskos_server,
  ]
}

run "refused_4" {
  command = plan

  variables {
    # follows from another input
    environment = { MASON_BOSKOS_URL = "https://boskos.corp.example" }
    # no unit
    function_settings = { clean = { memory = "512" } }
    # nobody asks for a user
    boskos = { basic_user = "ci" }
    # nobody asks for a user
    boskos_server = { url = "https://boskos.corp.example", user = "ci" }
    # nobody asks for a user
    console = { basic_user = "ci" }
  }

  expect_failures = [
    var.console,
    var.environment,
    var.function_settings,
    var.boskos,
    var.boskos_server,
  ]
}

run "refused_5" {
  command = plan

  variables {
    # none
    function_settings = { clean = { cpu = "0" } }
    # nobody knows who calls
    boskos = { auth = "basic", password_secret = "p", owner_pattern = "{local}" }
    # a token that others could read on its way
    boskos_server = { url = "http://boskos.corp.example", auth = "id-token" }
    # IAM would ask nobody
    console = { invokers = ["allAuthenticatedUsers"] }
  }

  expect_failures = [
    var.console,
    var.function_settings,
    var.boskos,
    var.boskos_server,
  ]
}

run "refused_6" {
  command = plan

  variables {
    # none
    function_settings = { clean = { concurrency = 0 } }
    # IAM would ask nobody
    boskos = { invokers = ["allUsers"] }
    # open to the internet
    console = { auth = "none", invokers = ["allUsers"] }
  }

  expect_failures = [
    var.console,
    var.function_settings,
    var.boskos,
  ]
}

run "refused_7" {
  command = plan

  variables {
    # none
    function_settings = { clean = { max_instances = 0 } }
    # open to the internet
    boskos = { auth = "none" }
    # a user's name ends at the colon
    boskos_server = { url = "https://boskos.corp.example", auth = "basic", user = "a:b", password_secret = "p" }
    # no such word
    console = { ingress = "all" }
    # follows from another input
    environment = { MASON_CONSOLE_ACTIONS = "on" }
  }

  expect_failures = [
    var.console,
    var.environment,
    var.function_settings,
    var.boskos,
    var.boskos_server,
  ]
}

run "refused_8" {
  command = plan

  variables {
    # no such word
    boskos = { ingress = "internal" }
    # nobody asks for a password
    boskos_server = { url = "https://boskos.corp.example", password_secret = "p" }
    # no IAM member
    console = { invokers = ["team@corp.example"] }
  }

  expect_failures = [
    var.console,
    var.boskos,
    var.boskos_server,
  ]
}

run "refused_9" {
  command = plan

  variables {
    config_file = null
    # anybody on the way could change it
    config_location = "http://theirs/resources.yaml"
    # no IAM member
    boskos = { invokers = ["team@corp.example"] }
    # a password that the state would show, and a Boskos API beside it
    boskos_server = { url = "https://me:secret@boskos.corp.example" }
  }

  expect_failures = [
    var.config_location,
    var.boskos,
    var.boskos_server,
  ]
}

run "refused_10" {
  command = plan

  variables {
    # two for the same users
    boskos        = { invokers = ["group:team@corp.example"] }
    boskos_server = { url = "https://boskos.corp.example" }
  }

  expect_failures = [
    output.boskos_url,
  ]
}

run "refused_11" {
  command = plan

  variables {
    # the function would let everybody reset
    boskos = { reset_callers = [] }
  }

  expect_failures = [
    var.boskos,
  ]
}
