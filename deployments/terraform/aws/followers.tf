locals {
  # What callers use, and where a follower serves it.
  services = {
    jsonrpc = { public = 443, port = 8545, alpn = "None" }
    grpc    = { public = 50051, port = 50051, alpn = "HTTP2Only" }
  }
}

resource "aws_launch_template" "follower" {
  name_prefix            = "${var.name}-follower-"
  image_id               = var.machine_image
  instance_type          = var.follower_type
  update_default_version = true
  user_data = base64gzip(templatefile("${path.module}/../boot/node.sh.tftpl", {
    data_device = "/dev/nvme1n1"
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
  }))

  iam_instance_profile {
    name = aws_iam_instance_profile.follower.name
  }

  network_interfaces {
    associate_public_ip_address = true
    security_groups             = [aws_security_group.node.id, aws_security_group.follower.id]
  }

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  block_device_mappings {
    device_name = "/dev/sda1"
    ebs {
      encrypted  = true
      kms_key_id = aws_kms_key.this.arn
    }
  }

  block_device_mappings {
    device_name = "/dev/sdf"
    ebs {
      volume_size = var.disk_gib
      volume_type = "gp3"
      encrypted   = true
      kms_key_id  = aws_kms_key.this.arn
    }
  }
}

resource "aws_autoscaling_group" "follower" {
  name                = "${var.name}-follower"
  min_size            = var.followers
  max_size            = var.followers * 2
  desired_capacity    = var.followers
  vpc_zone_identifier = [for zone in var.follower_zones : aws_subnet.zone[zone].id]
  target_group_arns   = [for group in aws_lb_target_group.follower : group.arn]
  health_check_type   = "ELB"
  # A new follower reads the chain before it is ready.
  health_check_grace_period = 1800

  launch_template {
    id      = aws_launch_template.follower.id
    version = aws_launch_template.follower.latest_version
  }

  tag {
    key                 = "Name"
    value               = "${var.name}-follower"
    propagate_at_launch = true
  }
}

resource "aws_lb" "follower" {
  name                             = "${var.name}-follower"
  load_balancer_type               = "network"
  subnets                          = [for zone in var.follower_zones : aws_subnet.zone[zone].id]
  security_groups                  = [aws_security_group.balancer.id]
  enable_cross_zone_load_balancing = true
}

resource "aws_lb_target_group" "follower" {
  for_each = local.services
  name     = "${var.name}-${each.key}"
  port     = each.value.port
  protocol = "TCP"
  vpc_id   = aws_vpc.this.id
  health_check {
    protocol = "HTTP"
    port     = "9090"
    path     = "/readyz"
    matcher  = "200"
    interval = 10
  }
}

resource "aws_lb_listener" "follower" {
  for_each          = local.services
  load_balancer_arn = aws_lb.follower.arn
  port              = each.value.public
  protocol          = "TLS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = var.certificate_arn
  alpn_policy       = each.value.alpn
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.follower[each.key].arn
  }
}
