resource "google_storage_bucket" "backups" {
  name                        = "${var.project}-${var.name}-backups"
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  versioning {
    enabled = true
  }

  encryption {
    default_kms_key_name = google_kms_crypto_key.this.id
  }

  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      age            = var.backup_days
      matches_prefix = ["backups/"]
    }
  }

  depends_on = [google_kms_crypto_key_iam_member.bucket]
}

resource "google_storage_bucket_object" "genesis" {
  bucket = google_storage_bucket.backups.name
  name   = "genesis.json"
  source = var.genesis_file
}
