import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { missing } from "./testing/installed.ts";
import { type Block, type Module, moduleFolder, readModule, references, strings } from "./testing/terraform.ts";

const modules: Readonly<Record<string, Module>> = { aws: await readModule("aws"), gcp: await readModule("gcp") };
const aws = modules.aws!;
const gcp = modules.gcp!;
const ofType = (module: Module, type: string): readonly Block[] =>
  [...module.resources].filter(([id]) => id.startsWith(`${type}.`)).map(([, block]) => block);
const inner = (block: Block, ...path: readonly string[]): readonly Block[] =>
  path.reduce<readonly Block[]>(
    (blocks, name) => blocks.flatMap((one) => (one[name] ?? []) as readonly Block[]),
    [block],
  );

/** An expression as the parser gives it. */
const hcl = (expression: string): string => `\${${expression}}`;

for (const [name, module] of Object.entries(modules)) {
  test(`${name}: every reference resolves, and everything that is declared is used`, () => {
    const found = new Set(module.texts.flatMap(references));
    const known = new Set([
      ...[...module.variables.keys()].map((id) => `var.${id}`),
      ...[...module.locals.keys()].map((id) => `local.${id}`),
      ...module.resources.keys(),
      ...module.data.keys(),
    ]);
    assert.ok(found.size > 40, "references were found");
    assert.deepEqual(
      [...found].filter((id) => !known.has(id)),
      [],
    );
    const unused = [...known].filter((id) => /^(var|local|data)\./.test(id) && !found.has(id));
    assert.deepEqual(unused, []);
  });

  test(`${name}: variables and outputs are described, the provider is one exact version`, () => {
    for (const [id, variable] of module.variables) assert.ok(variable.description && variable.type, id);
    for (const [id, output] of module.outputs) assert.ok(output.description, id);
    assert.deepEqual([...module.outputs.keys()].sort(), ["backup_bucket", "endpoint", "validator_addresses"]);
    const providers = Object.values(inner(module.terraform, "required_providers")[0]!) as readonly Block[];
    for (const { version } of providers) assert.match(String(version), /^= \d+\.\d+\.\d+$/);
    assert.match(String(module.terraform.required_version), /^>= \d/);
  });

  test(`${name}: validators are in distinct zones, and images are named by digest`, () => {
    const rule = (id: string) => String(inner(module.variables.get(id)!, "validation")[0]!.condition);
    assert.match(rule("validators"), /distinct\(.*zone.*== length\(var\.validators\)/);
    assert.match(rule("image"), /@sha256:/);
    assert.match(rule("monitoring_cidrs"), /!contains\(var\.monitoring_cidrs, "0\.0\.0\.0\/0"\)/);
  });

  test(`${name}: nothing opens SSH or the admin interface, and no secret stands in a file`, () => {
    for (const text of module.texts) {
      assert.doesNotMatch(text, /50151/);
      assert.doesNotMatch(text, /-----BEGIN|AKIA[0-9A-Z]{16}/);
    }
  });
}

test("aws: security groups open peers to all, followers to the balancer, metrics to monitoring and nothing else", () => {
  const rules = [...aws.resources].filter(([id]) => id.startsWith("aws_vpc_security_group_ingress_rule."));
  const facts = rules.map(([id, rule]) => [id.split(".")[1], rule.from_port, rule.for_each, rule.ip_protocol]);
  assert.deepEqual(facts, [
    ["balancer", hcl("tonumber(each.value)"), hcl('toset(["8545", "50051", "9090"])'), "tcp"],
    [
      "clients",
      hcl("local.services[each.value[0]].public"),
      hcl('{ for pair in setproduct(keys(local.services), var.client_cidrs) : join(" ", pair) => pair }'),
      "tcp",
    ],
    ["metrics", 9090, hcl("toset(var.monitoring_cidrs)"), "tcp"],
    ["peers", 9000, hcl("toset(var.peer_cidrs)"), "tcp"],
  ]);
  assert.equal(ofType(aws, "aws_security_group_rule").length, 0);
  const [listener] = ofType(aws, "aws_lb_listener");
  assert.equal(listener!.protocol, "TLS", "callers never use plaintext");
});

test("aws: disks and backups are encrypted, buckets closed, credentials of the machine guarded", () => {
  for (const volume of ofType(aws, "aws_ebs_volume")) assert.equal(volume.encrypted, true);
  for (const machine of ofType(aws, "aws_instance")) {
    assert.ok(inner(machine, "root_block_device").every(({ encrypted }) => encrypted === true));
  }
  for (const template of ofType(aws, "aws_launch_template")) {
    const disks = inner(template, "block_device_mappings", "ebs");
    assert.ok(disks.length === 2 && disks.every(({ encrypted }) => encrypted === true));
  }
  for (const machine of [...ofType(aws, "aws_instance"), ...ofType(aws, "aws_launch_template")]) {
    const [options] = inner(machine, "metadata_options");
    assert.deepEqual([options!.http_tokens, options!.http_put_response_hop_limit], ["required", 1]);
  }
  const [closed] = ofType(aws, "aws_s3_bucket_public_access_block");
  for (const key of ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"]) {
    assert.equal(closed![key], true, key);
  }
  const [sse] = ofType(aws, "aws_s3_bucket_server_side_encryption_configuration");
  assert.equal(inner(sse!, "rule", "apply_server_side_encryption_by_default")[0]!.sse_algorithm, "aws:kms");
  const actions = [...aws.data]
    .filter(([id]) => id.endsWith(".validator"))
    .flatMap(([, one]) => inner(one, "statement").map((statement) => statement.actions));
  assert.ok(!JSON.stringify(actions).includes("Delete"), "a machine cannot remove backups");
});

test("gcp: firewalls open peers to all, followers to the balancer, metrics to monitoring and nothing else", () => {
  const rules = ofType(gcp, "google_compute_firewall").map((rule) => [
    inner(rule, "allow")[0]!.ports,
    rule.source_ranges,
    rule.target_tags,
  ]);
  assert.deepEqual(rules, [
    [["8545", "50051", "9090"], ["130.211.0.0/22", "35.191.0.0/16"], ["kairos-follower"]],
    [["9090"], hcl("var.monitoring_cidrs"), ["kairos-node"]],
    [["9000"], hcl("var.peer_cidrs"), ["kairos-node"]],
  ]);
  assert.equal(ofType(gcp, "google_compute_target_http_proxy").length, 0, "callers never use plaintext");
});

test("gcp: disks and backups are encrypted with the module's key, the bucket is closed", () => {
  const key = hcl("google_kms_crypto_key.this.id");
  for (const disk of ofType(gcp, "google_compute_disk")) {
    assert.equal(inner(disk, "disk_encryption_key")[0]!.kms_key_self_link, key);
  }
  for (const machine of ofType(gcp, "google_compute_instance")) {
    assert.equal(inner(machine, "boot_disk")[0]!.kms_key_self_link, key);
    assert.equal(inner(machine, "shielded_instance_config")[0]!.enable_secure_boot, true);
  }
  for (const template of ofType(gcp, "google_compute_region_instance_template")) {
    const disks = inner(template, "disk", "disk_encryption_key");
    assert.ok(disks.length === 2 && disks.every(({ kms_key_self_link }) => kms_key_self_link === key));
  }
  const [bucket] = ofType(gcp, "google_storage_bucket");
  assert.deepEqual([bucket!.public_access_prevention, bucket!.uniform_bucket_level_access], ["enforced", true]);
  assert.equal(inner(bucket!, "encryption")[0]!.default_kms_key_name, key);
  const members = strings(ofType(gcp, "google_storage_bucket_iam_member"));
  assert.ok(!members.includes("allUsers") && !members.includes("allAuthenticatedUsers"));
});

test("the disk of a validator outlives every mistake: the journal is on it", () => {
  for (const [module, type] of [
    [aws, "aws_ebs_volume"],
    [gcp, "google_compute_disk"],
  ] as const) {
    for (const disk of ofType(module, type)) assert.equal(inner(disk, "lifecycle")[0]!.prevent_destroy, true);
  }
});

test("terraform itself finds the files well formatted", { skip: missing("terraform", "version") }, () => {
  const { status, stdout } = spawnSync("terraform", ["fmt", "-check", "-diff", "-recursive", moduleFolder(".")], {
    encoding: "utf8",
  });
  assert.equal(status, 0, stdout);
});
