output "validator_addresses" {
  description = "Peer address of each validator: what the genesis file or p2p.validators of others name."
  value       = { for name, address in aws_eip.validator : name => "${address.public_ip}:9000" }
}

output "endpoint" {
  description = "Name of the load balancer of the followers: JSON-RPC at 443, gRPC at 50051, both over TLS."
  value       = aws_lb.follower.dns_name
}

output "backup_bucket" {
  description = "Where backups go, below backups/<name of a validator>/."
  value       = aws_s3_bucket.backups.id
}
