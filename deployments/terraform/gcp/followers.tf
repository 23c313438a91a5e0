locals {
  # Where a follower serves what, and how the load balancer speaks to it there.
  services = {
    jsonrpc = { port = 8545, protocol = "HTTP" }
    grpc    = { port = 50051, protocol = "H2C" }
  }
}

resource "google_compute_region_instance_template" "follower" {
  name_prefix  = "${var.name}-follower-"
  region       = var.region
  machine_type = var.follower_type
  tags         = ["kairos-node", "kairos-follower"]

  disk {
    source_image = var.machine_image
    boot         = true
    disk_encryption_key {
      kms_key_self_link = google_kms_crypto_key.this.id
    }
  }

  disk {
    device_name  = "kairos"
    disk_size_gb = var.disk_gib
    disk_type    = "pd-ssd"
    disk_encryption_key {
      kms_key_self_link = google_kms_crypto_key.this.id
    }
  }

  network_interface {
    subnetwork = google_compute_subnetwork.this.id
    access_config {}
  }

  service_account {
    email  = google_service_account.follower.email
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
      command     = "rpc-run --config /etc/kairos/config.yaml"
      publish     = "--publish 9000:9000 --publish 8545:8545 --publish 50051:50051 --publish 9090:9090"
      fetch       = local.fetch_genesis
      config = yamlencode({
        genesis   = { path = "/etc/kairos/genesis.json" }
        consensus = { network = var.network }
        storage   = { path = "/var/lib/kairos/data" }
        p2p       = { listen_addr = "0.0.0.0:9000" }
        identity  = { ed25519_secret_key_path = "/var/lib/kairos/ed25519.key", generate_if_missing = true }
        rpc       = { listen_addr = "0.0.0.0:50051", allow_plaintext = true, allowed_hosts = concat(["localhost"], var.allowed_hosts) }
        jsonrpc   = { listen_addr = "0.0.0.0:8545", allow_plaintext = true, allowed_hosts = concat(["localhost"], var.allowed_hosts) }
        metrics   = { enabled = true, listen_address = "0.0.0.0:9090", allow_plaintext = true }
        logging   = { format = "json" }
      })
    })
  }

  lifecycle {
    create_before_destroy = true
  }
  depends_on = [google_kms_crypto_key_iam_member.disks]
}

resource "google_compute_health_check" "follower" {
  name               = "${var.name}-follower"
  check_interval_sec = 10
  http_health_check {
    port         = 9090
    request_path = "/readyz"
  }
}

resource "google_compute_region_instance_group_manager" "follower" {
  name               = "${var.name}-follower"
  region             = var.region
  base_instance_name = "${var.name}-follower"
  target_size        = var.followers

  version {
    instance_template = google_compute_region_instance_template.follower.id
  }

  dynamic "named_port" {
    for_each = local.services
    content {
      name = named_port.key
      port = named_port.value.port
    }
  }

  auto_healing_policies {
    health_check = google_compute_health_check.follower.id
    # A new follower reads the chain before it is ready.
    initial_delay_sec = 1800
  }
}

resource "google_compute_backend_service" "follower" {
  for_each              = local.services
  name                  = "${var.name}-${each.key}"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  protocol              = each.value.protocol
  port_name             = each.key
  # Streams of blocks and WebSockets stay open.
  timeout_sec   = 3600
  health_checks = [google_compute_health_check.follower.id]
  backend {
    group = google_compute_region_instance_group_manager.follower.instance_group
  }
}

# One address for both: the paths of gRPC begin with the name of a package.
resource "google_compute_url_map" "follower" {
  name            = "${var.name}-follower"
  default_service = google_compute_backend_service.follower["jsonrpc"].id

  host_rule {
    hosts        = ["*"]
    path_matcher = "all"
  }

  path_matcher {
    name            = "all"
    default_service = google_compute_backend_service.follower["jsonrpc"].id
    dynamic "route_rules" {
      for_each = ["/kairos.v1.", "/grpc."]
      content {
        priority = route_rules.key + 1
        service  = google_compute_backend_service.follower["grpc"].id
        match_rules {
          prefix_match = route_rules.value
        }
      }
    }
  }
}

resource "google_compute_ssl_policy" "follower" {
  name            = "${var.name}-follower"
  profile         = "MODERN"
  min_tls_version = "TLS_1_2"
}

resource "google_compute_target_https_proxy" "follower" {
  name             = "${var.name}-follower"
  url_map          = google_compute_url_map.follower.id
  ssl_certificates = [var.certificate]
  ssl_policy       = google_compute_ssl_policy.follower.id
}

resource "google_compute_global_address" "follower" {
  name = "${var.name}-follower"
}

resource "google_compute_global_forwarding_rule" "follower" {
  name                  = "${var.name}-follower"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  ip_address            = google_compute_global_address.follower.address
  target                = google_compute_target_https_proxy.follower.id
  port_range            = "443"
}
