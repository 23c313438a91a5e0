data "google_project" "this" {}

data "google_storage_project_service_account" "this" {}

resource "google_kms_key_ring" "this" {
  name     = var.name
  location = var.region
}

resource "google_kms_crypto_key" "this" {
  name            = "disks-and-backups"
  key_ring        = google_kms_key_ring.this.id
  rotation_period = "7776000s"
  lifecycle {
    prevent_destroy = true
  }
}

resource "google_kms_crypto_key_iam_member" "disks" {
  crypto_key_id = google_kms_crypto_key.this.id
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = "serviceAccount:service-${data.google_project.this.number}@compute-system.iam.gserviceaccount.com"
}

resource "google_kms_crypto_key_iam_member" "bucket" {
  crypto_key_id = google_kms_crypto_key.this.id
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = "serviceAccount:${data.google_storage_project_service_account.this.email_address}"
}

# Each validator may read its own keys and nobody else's, and add backups that it cannot read, change or remove.
resource "google_service_account" "validator" {
  for_each   = var.validators
  account_id = "${var.name}-${each.key}"
}

resource "google_secret_manager_secret_iam_member" "validator" {
  for_each  = var.validators
  secret_id = each.value.keys_secret
  role      = "roles/secretmanager.secretAccessor"
  member    = "serviceAccount:${google_service_account.validator[each.key].email}"
}

resource "google_storage_bucket_iam_member" "backups" {
  for_each = var.validators
  bucket   = google_storage_bucket.backups.name
  role     = "roles/storage.objectCreator"
  member   = "serviceAccount:${google_service_account.validator[each.key].email}"
  condition {
    title      = "own-folder"
    expression = "resource.name.startsWith(\"projects/_/buckets/${google_storage_bucket.backups.name}/objects/backups/${each.key}/\")"
  }
}

resource "google_service_account" "follower" {
  account_id = "${var.name}-follower"
}

locals {
  machines = merge({ for name, account in google_service_account.validator : name => account.email }, { follower = google_service_account.follower.email })
}

resource "google_storage_bucket_iam_member" "genesis" {
  for_each = local.machines
  bucket   = google_storage_bucket.backups.name
  role     = "roles/storage.objectViewer"
  member   = "serviceAccount:${each.value}"
  condition {
    title      = "genesis-only"
    expression = "resource.name == \"projects/_/buckets/${google_storage_bucket.backups.name}/objects/genesis.json\""
  }
}
