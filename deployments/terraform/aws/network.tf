locals {
  zones = distinct(concat([for one in values(var.validators) : one.zone], var.follower_zones))
}

resource "aws_vpc" "this" {
  cidr_block           = var.vpc_cidr
  enable_dns_hostnames = true
  tags                 = { Name = var.name }
}

resource "aws_internet_gateway" "this" {
  vpc_id = aws_vpc.this.id
  tags   = { Name = var.name }
}

resource "aws_subnet" "zone" {
  for_each          = { for index, zone in local.zones : zone => index }
  vpc_id            = aws_vpc.this.id
  availability_zone = each.key
  cidr_block        = cidrsubnet(var.vpc_cidr, 8, each.value)
  tags              = { Name = "${var.name}-${each.key}" }
}

resource "aws_route_table" "this" {
  vpc_id = aws_vpc.this.id
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.this.id
  }
  tags = { Name = var.name }
}

resource "aws_route_table_association" "zone" {
  for_each       = aws_subnet.zone
  subnet_id      = each.value.id
  route_table_id = aws_route_table.this.id
}

# Peers and metrics. There is no rule for the admin interface, which listens on loopback when it is on, and none for SSH:
# machines are replaced, and Session Manager is there for the rest.
resource "aws_security_group" "node" {
  name        = "${var.name}-node"
  description = "Peer links and metrics of a Kairos node"
  vpc_id      = aws_vpc.this.id
  tags        = { Name = "${var.name}-node" }
}

resource "aws_vpc_security_group_ingress_rule" "peers" {
  for_each          = toset(var.peer_cidrs)
  security_group_id = aws_security_group.node.id
  description       = "Peer links"
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = 9000
  to_port           = 9000
}

resource "aws_vpc_security_group_ingress_rule" "metrics" {
  for_each          = toset(var.monitoring_cidrs)
  security_group_id = aws_security_group.node.id
  description       = "Metrics"
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = 9090
  to_port           = 9090
}

resource "aws_vpc_security_group_egress_rule" "node" {
  security_group_id = aws_security_group.node.id
  description       = "Peers, packages and images"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
}

resource "aws_security_group" "balancer" {
  name        = "${var.name}-balancer"
  description = "Callers of the followers"
  vpc_id      = aws_vpc.this.id
  tags        = { Name = "${var.name}-balancer" }
}

resource "aws_vpc_security_group_ingress_rule" "clients" {
  for_each          = { for pair in setproduct(keys(local.services), var.client_cidrs) : join(" ", pair) => pair }
  security_group_id = aws_security_group.balancer.id
  description       = "Callers over TLS"
  cidr_ipv4         = each.value[1]
  ip_protocol       = "tcp"
  from_port         = local.services[each.value[0]].public
  to_port           = local.services[each.value[0]].public
}

resource "aws_vpc_security_group_egress_rule" "balancer" {
  for_each                     = toset(["8545", "50051", "9090"])
  security_group_id            = aws_security_group.balancer.id
  description                  = "Followers and their health"
  referenced_security_group_id = aws_security_group.follower.id
  ip_protocol                  = "tcp"
  from_port                    = tonumber(each.value)
  to_port                      = tonumber(each.value)
}

resource "aws_security_group" "follower" {
  name        = "${var.name}-follower"
  description = "What the load balancer may ask of a follower"
  vpc_id      = aws_vpc.this.id
  tags        = { Name = "${var.name}-follower" }
}

resource "aws_vpc_security_group_ingress_rule" "balancer" {
  for_each                     = toset(["8545", "50051", "9090"])
  security_group_id            = aws_security_group.follower.id
  description                  = "From the load balancer only"
  referenced_security_group_id = aws_security_group.balancer.id
  ip_protocol                  = "tcp"
  from_port                    = tonumber(each.value)
  to_port                      = tonumber(each.value)
}
