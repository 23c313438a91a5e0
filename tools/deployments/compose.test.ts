import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { loadConfig } from "../../apps/cli/src/config/loadConfig.ts";
import { missing } from "./testing/installed.ts";
import { readYaml } from "./testing/readYaml.ts";
import { root } from "./testing/root.ts";

interface Service {
  readonly image: string;
  readonly user?: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly command?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck?: { readonly test: readonly string[]; readonly start_period: string };
  readonly networks?: Readonly<Record<string, { readonly ipv4_address?: string }>> | readonly string[];
  readonly [key: string]: unknown;
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes?: Readonly<Record<string, unknown>>;
  readonly networks?: Readonly<
    Record<string, { readonly ipam?: { readonly config: readonly { readonly subnet: string }[] } }>
  >;
}

const folders = {
  "deployments/docker-compose.yml": "deployments",
  "deployments/localnet/docker-compose.yml": "deployments/localnet",
  "deployments/localnet/localnet.override.yml": "deployments/localnet",
} as const;
const files = Object.keys(folders) as (keyof typeof folders)[];
const bySystem = { GRAFANA_PASSWORD: "for the test", KAIROS_UID: "10001", KAIROS_GID: "10001" };
const localnet = readYaml<Compose>(files[1]!);
const validators = Object.values(localnet.services);

for (const file of files) {
  const { services, volumes = {} } = readYaml<Compose>(file);
  test(`${file}: no service has more rights than it needs, and every image has a version`, () => {
    for (const [name, service] of Object.entries(services)) {
      const say = (what: string) => `${name}: ${what}`;
      assert.match(service.image, /^(kairos-node:latest|docker\.io\/[\w/-]+:v?\d+\.\d+\.\d+)$/, say("pinned image"));
      assert.ok(service.user !== undefined && !/^(0|root)\b/.test(service.user), say("a user that is not root"));
      assert.deepEqual(service.cap_drop, ["ALL"], say("no capabilities"));
      assert.deepEqual(service.security_opt, ["no-new-privileges:true"], say("no new privileges"));
      assert.equal(service.read_only, true, say("its files stay as they are"));
      assert.equal(service.stop_grace_period, "15s", say("longer than the ten seconds of a clean stop"));
      for (const key of ["privileged", "cap_add", "network_mode", "pid", "ipc", "devices"]) {
        assert.equal(service[key], undefined, say(`no ${key}`));
      }
      for (const volume of service.volumes ?? []) assert.doesNotMatch(volume, /docker\.sock|^\/(?!\/)/, say(volume));
    }
  });
  test(`${file}: every mounted file is in the repository or made by generate-keys.sh, configurations are read-only`, () => {
    for (const [name, service] of Object.entries(services)) {
      for (const volume of service.volumes ?? []) {
        const [source, target, mode] = volume.split(":") as [string, string, string?];
        if (!source.startsWith(".")) {
          assert.ok(source in volumes || file.endsWith("override.yml"), `${name}: ${source} is declared`);
          continue;
        }
        if (!source.startsWith("./network/")) {
          assert.ok(existsSync(join(root, folders[file], source)), `${name}: ${source} exists`);
        }
        if (!target.startsWith("/var/l") || target.startsWith("/var/lib/grafana/dash")) {
          assert.equal(mode, "ro", `${name}: ${target} is read-only`);
        }
      }
    }
  });
  test(`${file}: ports are published on loopback unless asked otherwise, and the admin interface never`, () => {
    for (const port of Object.values(services).flatMap(({ ports = [] }) => ports)) {
      assert.match(port, /^\$\{KAIROS_BIND:-127\.0\.0\.1\}:\d+:\d+$/);
      assert.doesNotMatch(port, /50151/);
    }
  });
}

test("the localnet has six validators with the addresses and ports of kairos 20.1", () => {
  assert.equal(validators.length, 6);
  assert.equal(localnet.networks!.localnet!.ipam!.config[0]!.subnet, "172.30.0.0/24");
  for (const [i, { ports, networks, command, healthcheck, volumes }] of validators.entries()) {
    const published = ports!.map((port) => port.split(":").slice(-2).join(":"));
    assert.deepEqual(published, [
      `${9000 + i}:9000`,
      `${50_051 + i}:50051`,
      `${8545 + i}:8545`,
      `${8080 + i}:8080`,
      `${9090 + i + (i === 0 ? 0 : 1)}:9090`,
    ]);
    assert.deepEqual(networks, { localnet: { ipv4_address: `172.30.0.${10 + i}` } });
    const config = `/etc/kairos/node${i}/config.toml`;
    assert.deepEqual(command, ["run", "--config", config]);
    assert.deepEqual(healthcheck!.test.slice(-3), ["health", "--config", config]);
    assert.equal(healthcheck!.start_period, "60s");
    assert.ok(volumes!.includes(`./network/node${i}/config.toml:${config}:ro`));
    assert.ok(
      volumes!.includes("./network/genesis.json:/etc/kairos/genesis.json:ro"),
      "the configuration says ../genesis.json",
    );
  }
});

test("both stacks have the same watchers, on the ports of kairos 20.1; only the localnet's Grafana has a known password", () => {
  const single = readYaml<Compose>(files[0]!).services;
  const override = readYaml<Compose>(files[2]!).services;
  assert.deepEqual(Object.keys(single), ["kairos", ...Object.keys(override)]);
  for (const services of [single, override]) {
    const host = (name: string) => services[name]!.ports!.map((port) => port.split(":").at(-2));
    assert.deepEqual([host("prometheus"), host("loki"), host("grafana")], [["9091"], ["3100"], ["3000"]]);
  }
  const password = (services: Compose["services"]) => services.grafana!.environment!.GF_SECURITY_ADMIN_PASSWORD!;
  assert.match(password(single), /^\$\{GRAFANA_PASSWORD:\?/);
  assert.equal(password(override), "$".concat("{GRAFANA_PASSWORD:-kairos}"));
});

test("Prometheus and the log collector call every node by the same name", () => {
  for (const [file, targets] of [
    [files[0]!, "single.yml"],
    [files[1]!, "localnet.yml"],
  ] as const) {
    const { services } = readYaml<Compose>(file);
    const listed = readYaml<
      readonly { readonly targets: readonly string[]; readonly labels: { readonly instance: string } }[]
    >(`deployments/prometheus/targets/${targets}`);
    const nodes = Object.entries(services).filter(([, { image }]) => image.startsWith("kairos-node"));
    assert.deepEqual(
      listed.map((one) => [one.targets, one.labels.instance]),
      nodes.map(([name]) => [[`${name}:9090`], name]),
    );
    for (const [name, { environment }] of nodes) {
      const log =
        environment?.NODE_LOGGING__FILE ??
        loadConfig({ path: join(root, "deployments/single/config.toml") }).logging.file;
      assert.equal(log, `/var/log/kairos/${name}.log`);
    }
  }
});

test("the configuration of the single node listens where its container is published", () => {
  const config = loadConfig({ path: join(root, "deployments/single/config.toml") });
  const listens = [
    config.p2p.listenAddr,
    config.rpc.listenAddr,
    config.jsonrpc.listenAddr,
    config.visualizer.listenAddress,
    config.metrics.listenAddress,
  ];
  const { ports, volumes } = readYaml<Compose>(files[0]!).services.kairos!;
  assert.deepEqual(
    listens.map(({ host, port }) => `${host}:${port}`),
    ports!.map((port) => `0.0.0.0:${port.split(":").at(-1)}`),
  );
  for (const path of [config.storage.path, config.identity.blsSecretKeyPath!, config.logging.file!]) {
    assert.ok(
      volumes!.some((volume) => path.startsWith(`${volume.split(":")[1]}/`) && !volume.endsWith(":ro")),
      path,
    );
  }
  assert.equal(config.admin.enabled, false);
});

const compose = missing("docker-compose", "version");
for (const [folder, ...names] of [
  ["deployments", "docker-compose.yml"],
  ["deployments/localnet", "docker-compose.yml"],
  ["deployments/localnet", "docker-compose.yml", "localnet.override.yml"],
  ["deployments/seed", "docker-compose.yml"],
] as const) {
  test(`docker-compose accepts ${folder}: ${names.join(" and ")}`, { skip: compose }, () => {
    const args = [...names.flatMap((name) => ["-f", name]), "config", "-q"];
    const env = { ...process.env, ...bySystem };
    const { status, stderr } = spawnSync("docker-compose", args, { cwd: join(root, folder), env, encoding: "utf8" });
    assert.equal(status, 0, stderr);
    assert.equal(stderr.replaceAll(/^.*buildx.*$/gm, "").trim(), "");
  });
}
