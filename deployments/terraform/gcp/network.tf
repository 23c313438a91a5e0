provider "google" {
  project = var.project
  region  = var.region
}

resource "google_compute_network" "this" {
  name                    = var.name
  auto_create_subnetworks = false
}

resource "google_compute_subnetwork" "this" {
  name                     = var.name
  region                   = var.region
  network                  = google_compute_network.this.id
  ip_cidr_range            = var.subnet_cidr
  private_ip_google_access = true
}

# Peers and metrics. Nothing opens the admin interface, which listens on loopback when it is on, and nothing opens SSH.
resource "google_compute_firewall" "peers" {
  name          = "${var.name}-peers"
  network       = google_compute_network.this.id
  description   = "Peer links"
  source_ranges = var.peer_cidrs
  target_tags   = ["kairos-node"]
  allow {
    protocol = "tcp"
    ports    = ["9000"]
  }
}

resource "google_compute_firewall" "metrics" {
  count         = length(var.monitoring_cidrs) > 0 ? 1 : 0
  name          = "${var.name}-metrics"
  network       = google_compute_network.this.id
  description   = "Metrics"
  source_ranges = var.monitoring_cidrs
  target_tags   = ["kairos-node"]
  allow {
    protocol = "tcp"
    ports    = ["9090"]
  }
}

# The addresses of Google's load balancers and health checks, and no others.
resource "google_compute_firewall" "balancer" {
  name          = "${var.name}-balancer"
  network       = google_compute_network.this.id
  description   = "From the load balancer only"
  source_ranges = ["130.211.0.0/22", "35.191.0.0/16"]
  target_tags   = ["kairos-follower"]
  allow {
    protocol = "tcp"
    ports    = ["8545", "50051", "9090"]
  }
}
