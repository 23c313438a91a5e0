data "aws_region" "current" {}

data "aws_iam_policy_document" "machine" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_kms_key" "this" {
  description         = "Disks and backups of ${var.name}"
  enable_key_rotation = true
}

# Each validator may read its own keys and nobody else's.
resource "aws_iam_role" "validator" {
  for_each           = var.validators
  name               = "${var.name}-${each.key}"
  assume_role_policy = data.aws_iam_policy_document.machine.json
}

data "aws_iam_policy_document" "validator" {
  for_each = var.validators
  statement {
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [each.value.keys_secret_arn]
  }
  statement {
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.backups.arn}/genesis.json"]
  }
  # A machine may add backups and cannot read, change or remove any.
  statement {
    actions   = ["s3:PutObject"]
    resources = ["${aws_s3_bucket.backups.arn}/backups/${each.key}/*"]
  }
  statement {
    actions   = ["kms:GenerateDataKey", "kms:Decrypt"]
    resources = [aws_kms_key.this.arn]
  }
}

resource "aws_iam_role_policy" "validator" {
  for_each = var.validators
  name     = "node"
  role     = aws_iam_role.validator[each.key].id
  policy   = data.aws_iam_policy_document.validator[each.key].json
}

resource "aws_iam_instance_profile" "validator" {
  for_each = var.validators
  name     = "${var.name}-${each.key}"
  role     = aws_iam_role.validator[each.key].name
}

resource "aws_iam_role" "follower" {
  name               = "${var.name}-follower"
  assume_role_policy = data.aws_iam_policy_document.machine.json
}

data "aws_iam_policy_document" "follower" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.backups.arn}/genesis.json"]
  }
  statement {
    actions   = ["kms:Decrypt"]
    resources = [aws_kms_key.this.arn]
  }
}

resource "aws_iam_role_policy" "follower" {
  name   = "node"
  role   = aws_iam_role.follower.id
  policy = data.aws_iam_policy_document.follower.json
}

resource "aws_iam_instance_profile" "follower" {
  name = "${var.name}-follower"
  role = aws_iam_role.follower.name
}
