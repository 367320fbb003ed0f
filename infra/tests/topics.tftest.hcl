mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  project_id = "demo-project"
  endpoints = {
    for key in ["recycle", "fulfill", "clean", "free", "janitor", "sync"] : key => {
      url             = "https://${key}.run.app"
      service_account = "${key}-push@demo-project.iam.gserviceaccount.com"
    }
  }
}

run "as_described" {
  command = plan

  module {
    source = "./modules/topics"
  }

  assert {
    condition     = toset(keys(google_pubsub_topic.main)) == toset(keys(jsondecode(file("topics.json")).topics))
    error_message = "There is a topic for each in topics.json, and no other."
  }

  assert {
    condition     = alltrue([for key, topic in google_pubsub_topic.main : topic.name == format(jsondecode(file("topics.json")).names.topic, key)])
    error_message = "Topics have the names that people publish to."
  }

  assert {
    condition     = alltrue([for key, one in google_pubsub_subscription.main : one.name == format(jsondecode(file("topics.json")).names.subscription, key)])
    error_message = "Subscriptions have the names of topics.json."
  }

  assert {
    condition     = alltrue([for one in values(google_pubsub_subscription.main) : one.ack_deadline_seconds == 600])
    error_message = "A push has the longest time that there is."
  }

  assert {
    condition     = alltrue([for one in concat(values(google_pubsub_subscription.main), values(google_pubsub_subscription.dead)) : one.expiration_policy[0].ttl == ""])
    error_message = "No subscription expires: a Mason that rests for a month must still wake."
  }

  assert {
    condition     = alltrue([for key, one in google_pubsub_subscription.main : one.push_config[0].push_endpoint == "https://${key}.run.app/projects/demo-project/topics/mason-${key}"])
    error_message = "functions-framework takes the event's source from the path of the push."
  }

  assert {
    condition     = alltrue([for key, one in google_pubsub_subscription.main : one.push_config[0].oidc_token[0].service_account_email == "${key}-push@demo-project.iam.gserviceaccount.com"])
    error_message = "Each push carries an ID token of its own pusher."
  }

  assert {
    condition     = alltrue([for key, one in google_pubsub_subscription.main : one.push_config[0].oidc_token[0].audience == "https://${key}.run.app"])
    error_message = "The audience is the function's URL without a path, or Cloud Run refuses the token."
  }

  assert {
    condition     = alltrue([for key, one in google_pubsub_subscription.main : one.dead_letter_policy[0].max_delivery_attempts == try(jsondecode(file("topics.json")).topics[key].maxDeliveryAttempts, jsondecode(file("topics.json")).defaults.maxDeliveryAttempts)])
    error_message = "A message is given up after as many deliveries as topics.json says."
  }

  assert {
    condition     = alltrue([for one in values(google_pubsub_subscription.main) : one.retry_policy[0].minimum_backoff == "10s" && one.retry_policy[0].maximum_backoff == "600s"])
    error_message = "Deliveries are repeated with the backoff of topics.json."
  }
}

run "dead_letters_are_kept" {
  module {
    source = "./modules/topics"
  }

  assert {
    condition     = toset(keys(google_pubsub_subscription.dead)) == toset(keys(google_pubsub_topic.main))
    error_message = "Each dead-letter topic has a subscription, or it would drop what it gets."
  }

  assert {
    condition     = alltrue([for one in values(google_pubsub_subscription.dead) : length(one.push_config) == 0 && one.message_retention_duration == "604800s"])
    error_message = "Dead letters are kept for a week, for a person to pull."
  }

  assert {
    condition     = alltrue([for one in values(google_pubsub_subscription.dead) : one.ack_deadline_seconds == 10])
    error_message = "A dead letter that was looked at and not acknowledged is soon there for the next look."
  }

  assert {
    condition     = alltrue([for key, one in google_pubsub_subscription.main : one.dead_letter_policy[0].dead_letter_topic == google_pubsub_topic.dead[key].id && one.topic == google_pubsub_topic.main[key].id])
    error_message = "Each subscription is of its topic and gives up to its dead-letter topic."
  }

  assert {
    condition     = alltrue([for key, one in google_pubsub_topic.dead : one.name == "mason-${key}-dead"])
    error_message = "Dead-letter topics have the names of topics.json."
  }
}

run "another_name" {
  command = plan

  module {
    source = "./modules/topics"
  }

  variables {
    name = "team"
  }

  assert {
    condition     = google_pubsub_topic.main["clean"].name == "team-clean" && google_pubsub_subscription.dead["clean"].name == "team-clean-dead"
    error_message = "Another name gives other names to all."
  }
}

run "an_emulator_takes_no_token" {
  command = plan

  module {
    source = "./modules/topics"
  }

  variables {
    endpoints = { for key in ["recycle", "fulfill", "clean", "free", "janitor", "sync"] : key => { url = "http://127.0.0.1:1" } }
  }

  assert {
    condition     = alltrue([for one in values(google_pubsub_subscription.main) : length(one.push_config[0].oidc_token) == 0])
    error_message = "Without an account a push has no token."
  }
}

run "a_topic_without_an_endpoint_is_refused" {
  command = plan

  module {
    source = "./modules/topics"
  }

  variables {
    endpoints = { recycle = { url = "https://recycle.run.app" } }
  }

  expect_failures = [var.endpoints]
}

run "a_month_is_the_longest_retention" {
  command = plan

  module {
    source = "./modules/topics"
  }

  variables {
    retention_seconds = 2678401
  }

  expect_failures = [var.retention_seconds]
}
