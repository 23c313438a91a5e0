output "validator_addresses" {
  description = "Peer address of each validator: what the genesis file or p2p.validators of others name."
  value       = { for name, address in google_compute_address.validator : name => "${address.address}:9000" }
}

output "endpoint" {
  description = "Address of the load balancer of the followers: JSON-RPC and gRPC at 443, over TLS."
  value       = google_compute_global_address.follower.address
}

output "backup_bucket" {
  description = "Where backups go, below backups/<name of a validator>/."
  value       = google_storage_bucket.backups.name
}
