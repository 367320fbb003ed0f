output "database" {
  description = "Name of the database."
  value       = google_firestore_database.this.name

  # Who is told the name queries at once, and a query without its index is refused.
  depends_on = [google_firestore_index.composite, google_firestore_field.this]
}
