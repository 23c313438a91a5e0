locals {
  # The container of the AWS tools uses the machine's network, so that only it reaches the machine's credentials: those
  # of the node end one hop short.
  aws = "docker run --rm --network host docker.io/amazon/aws-cli:2.27.0 --region ${data.aws_region.current.region}"

  fetch_genesis = "${local.aws} s3 cp s3://${aws_s3_bucket.backups.id}/genesis.json - >/etc/kairos/genesis.json"
}

resource "aws_eip" "validator" {
  for_each = var.validators
  domain   = "vpc"
  tags     = { Name = "${var.name}-${each.key}" }
}

resource "aws_ebs_volume" "validator" {
  for_each          = var.validators
  availability_zone = each.value.zone
  size              = var.disk_gib
  type              = "gp3"
  iops              = 6000
  throughput        = 250
  encrypted         = true
  kms_key_id        = aws_kms_key.this.arn
  tags              = { Name = "${var.name}-${each.key}" }
  # The journal is on it: a validator without it must not vote.
  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_instance" "validator" {
  for_each               = var.validators
  ami                    = var.machine_image
  instance_type          = var.validator_type
  availability_zone      = each.value.zone
  subnet_id              = aws_subnet.zone[each.value.zone].id
  vpc_security_group_ids = [aws_security_group.node.id]
  iam_instance_profile   = aws_iam_instance_profile.validator[each.key].name
  user_data_base64 = base64gzip(templatefile("${path.module}/../boot/node.sh.tftpl", {
    data_device = "/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${replace(aws_ebs_volume.validator[each.key].id, "-", "")}"
    image       = var.image
    command     = join(" ", concat(["run", "--config", "/etc/kairos/config.yaml"], each.value.first_start ? ["--accept-journal-loss"] : []))
    publish     = "--publish 9000:9000 --publish 9090:9090"
    fetch = join("\n", [
      local.fetch_genesis,
      "umask 077",
      "${local.aws} secretsmanager get-secret-value --secret-id ${each.value.keys_secret_arn} --query SecretString --output text | python3 -c 'import json, sys; [open(\"/run/kairos/keys/\" + name, \"w\").write(text.strip() + \"\\n\") for name, text in json.load(sys.stdin).items()]'",
      "chown 10001:10001 /run/kairos/keys/*",
    ])
    config = yamlencode({
      genesis   = { path = "/etc/kairos/genesis.json" }
      consensus = { network = var.network }
      storage   = { path = "/var/lib/kairos/data" }
      p2p       = { listen_addr = "0.0.0.0:9000", external_addr = "${aws_eip.validator[each.key].public_ip}:9000", rpc_mode = true }
      identity = {
        bls_secret_key_path     = "/run/kairos/keys/bls.key"
        ed25519_secret_key_path = "/run/kairos/keys/ed25519.key"
        generate_if_missing     = false
      }
      metrics = { enabled = true, listen_address = "0.0.0.0:9090", allow_plaintext = true }
      logging = { format = "json" }
    })
  }))

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  root_block_device {
    encrypted  = true
    kms_key_id = aws_kms_key.this.arn
  }

  tags = { Name = "${var.name}-${each.key}" }
}

resource "aws_volume_attachment" "validator" {
  for_each    = var.validators
  device_name = "/dev/sdf"
  volume_id   = aws_ebs_volume.validator[each.key].id
  instance_id = aws_instance.validator[each.key].id
}

resource "aws_eip_association" "validator" {
  for_each      = var.validators
  allocation_id = aws_eip.validator[each.key].id
  instance_id   = aws_instance.validator[each.key].id
}
