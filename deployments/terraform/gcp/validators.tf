locals {
  # The token of the machine's account, from the address that only a machine of Google Cloud has.
  token = "curl -sf -H 'Metadata-Flavor: Google' http://169.254.169.254/computeMetadata/v1/instance/service-accounts/default/token | python3 -c 'import json, sys; print(json.load(sys.stdin)[\"access_token\"])'"

  fetch_genesis = join("\n", [
    "token=\"$(${local.token})\"",
    "curl -sf -H \"Authorization: Bearer $token\" 'https://storage.googleapis.com/storage/v1/b/${google_storage_bucket.backups.name}/o/genesis.json?alt=media' >/etc/kairos/genesis.json",
    # The node asks for nothing there, and whoever broke into it must not either.
    "iptables -C DOCKER-USER -d 169.254.169.254/32 -j REJECT 2>/dev/null || iptables -I DOCKER-USER -d 169.254.169.254/32 -j REJECT",
  ])
}

resource "google_compute_address" "validator" {
  for_each = var.validators
  name     = "${var.name}-${each.key}"
  region   = var.region
}

resource "google_compute_disk" "validator" {
  for_each = var.validators
  name     = "${var.name}-${each.key}"
  zone     = each.value.zone
  size     = var.disk_gib
  type     = "pd-ssd"
  disk_encryption_key {
    kms_key_self_link = google_kms_crypto_key.this.id
  }
  depends_on = [google_kms_crypto_key_iam_member.disks]
  # The journal is on it: a validator without it must not vote.
  lifecycle {
    prevent_destroy = true
  }
}

resource "google_compute_instance" "validator" {
  for_each     = var.validators
  name         = "${var.name}-${each.key}"
  zone         = each.value.zone
  machine_type = var.validator_type
  tags         = ["kairos-node"]

  boot_disk {
    kms_key_self_link = google_kms_crypto_key.this.id
    initialize_params {
      image = var.machine_image
    }
  }

  attached_disk {
    source      = google_compute_disk.validator[each.key].id
    device_name = "kairos"
  }

  network_interface {
    subnetwork = google_compute_subnetwork.this.id
    access_config {
      nat_ip = google_compute_address.validator[each.key].address
    }
  }

  service_account {
    email  = google_service_account.validator[each.key].email
    scopes = ["cloud-platform"]
  }

  shielded_instance_config {
    enable_secure_boot          = true
    enable_vtpm                 = true
    enable_integrity_monitoring = true
  }

  metadata = {
    block-project-ssh-keys = "true"
    startup-script = templatefile("${path.module}/../boot/node.sh.tftpl", {
      data_device = "/dev/disk/by-id/google-kairos"
      image       = var.image
      command     = join(" ", concat(["run", "--config", "/etc/kairos/config.yaml"], each.value.first_start ? ["--accept-journal-loss"] : []))
      publish     = "--publish 9000:9000 --publish 9090:9090"
      fetch = join("\n", [
        local.fetch_genesis,
        "umask 077",
        "curl -sf -H \"Authorization: Bearer $token\" 'https://secretmanager.googleapis.com/v1/projects/${var.project}/secrets/${each.value.keys_secret}/versions/latest:access' | python3 -c 'import base64, json, sys; [open(\"/run/kairos/keys/\" + name, \"w\").write(text.strip() + \"\\n\") for name, text in json.loads(base64.b64decode(json.load(sys.stdin)[\"payload\"][\"data\"])).items()]'",
        "chown 10001:10001 /run/kairos/keys/*",
      ])
      config = yamlencode({
        genesis   = { path = "/etc/kairos/genesis.json" }
        consensus = { network = var.network }
        storage   = { path = "/var/lib/kairos/data" }
        p2p       = { listen_addr = "0.0.0.0:9000", external_addr = "${google_compute_address.validator[each.key].address}:9000", rpc_mode = true }
        identity = {
          bls_secret_key_path     = "/run/kairos/keys/bls.key"
          ed25519_secret_key_path = "/run/kairos/keys/ed25519.key"
          generate_if_missing     = false
        }
        metrics = { enabled = true, listen_address = "0.0.0.0:9090", allow_plaintext = true }
        logging = { format = "json" }
      })
    })
  }

  allow_stopping_for_update = true
}
