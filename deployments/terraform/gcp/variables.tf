variable "name" {
  description = "Prefix of everything that is made."
  type        = string
  default     = "kairos"
}

variable "project" {
  description = "Project of Google Cloud."
  type        = string
}

variable "region" {
  description = "Region of the followers, the keys and the bucket; validators are in its zones."
  type        = string
}

variable "image" {
  description = "Image of the node, by digest: registry/kairos-node@sha256:..."
  type        = string
  validation {
    condition     = can(regex("@sha256:[0-9a-f]{64}$", var.image))
    error_message = "Name the image by its digest: a tag can be moved."
  }
}

variable "machine_image" {
  description = "Image of the machines."
  type        = string
  default     = "ubuntu-os-cloud/ubuntu-2404-lts-amd64"
}

variable "network" {
  description = "devnet, testnet or mainnet, as in the genesis file."
  type        = string
}

variable "genesis_file" {
  description = "Path of the genesis file on the computer that runs Terraform."
  type        = string
}

variable "validators" {
  description = <<-TEXT
    Validators by name. keys_secret is the id of a secret of Secret Manager in this project, a JSON object of file names
    and texts: {"bls.key": "...", "ed25519.key": "..."}. first_start is true only until the network makes blocks for the
    first time.
  TEXT
  type = map(object({
    zone        = string
    keys_secret = string
    first_start = optional(bool, false)
  }))
  default = {}
  validation {
    condition     = length(distinct([for one in values(var.validators) : one.zone])) == length(var.validators)
    error_message = "Two validators in one zone would be two faults at once."
  }
}

variable "followers" {
  description = "Followers behind the load balancer."
  type        = number
  default     = 2
}

variable "certificate" {
  description = "Self link of the certificate of the load balancer: callers never use plaintext."
  type        = string
}

variable "peer_cidrs" {
  description = "Who may open peer links. Links are authenticated; anybody may follow."
  type        = list(string)
  default     = ["0.0.0.0/0"]
}

variable "monitoring_cidrs" {
  description = "Who may read metrics; private addresses."
  type        = list(string)
  default     = []
  validation {
    condition     = !contains(var.monitoring_cidrs, "0.0.0.0/0")
    error_message = "Metrics are not for everybody."
  }
}

variable "allowed_hosts" {
  description = "Names under which callers reach the load balancer."
  type        = list(string)
  default     = []
}

variable "subnet_cidr" {
  description = "Addresses of the network that is made."
  type        = string
  default     = "10.52.0.0/20"
}

variable "validator_type" {
  description = "Machine type of a validator."
  type        = string
  default     = "c3-standard-8"
}

variable "follower_type" {
  description = "Machine type of a follower."
  type        = string
  default     = "c3-standard-4"
}

variable "disk_gib" {
  description = "Size of the disk of a chain, GiB."
  type        = number
  default     = 500
}

variable "backup_days" {
  description = "How long a backup is kept."
  type        = number
  default     = 30
}
