import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { parse } from "yaml";
import { z } from "zod";
import { loadConfig } from "../../apps/cli/src/config/loadConfig.ts";
import {
  chartFolder,
  createRenderer,
  defaultValues,
  isTree,
  type Manifest,
  merge,
  type Tree,
} from "./testing/chart.ts";

const renderer = createRenderer();
const skip = typeof renderer === "string" ? renderer : false;
after(() => {
  if (typeof renderer !== "string") renderer.close();
});

const genesis = { network: { genesis: '{"chainId": 1}\n' } };
const monitored = { monitoring: { serviceMonitor: true, prometheusRule: true, labels: { release: "prometheus" } } };

function manifests(values: Tree): readonly Manifest[] {
  if (typeof renderer === "string") throw new Error(renderer);
  const rendered = renderer.render(values);
  if (!rendered.ok) throw new Error(rendered.message);
  return rendered.manifests;
}

function only(all: readonly Manifest[], kind: string, name: string): Manifest {
  const found = all.filter((one) => one.kind === kind && one.metadata.name === name);
  assert.equal(
    found.length,
    1,
    `one ${kind} ${name} in ${all.map((one) => `${one.kind} ${one.metadata.name}`).join(", ")}`,
  );
  return found[0]!;
}

test("the schema of the values knows exactly the keys of values.yaml, takes the defaults and refuses mistakes", () => {
  const schema = JSON.parse(readFileSync(join(chartFolder, "values.schema.json"), "utf8")) as Tree;
  const values = defaultValues();
  assert.deepEqual(schemaKeys(schema, values), valueKeys(values));
  const check = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
  assert.ok(check.safeParse(values).success);
  for (const wrong of [
    { validatorz: {} },
    { network: { f: -1 } },
    { network: { f: "1" } },
    { network: { name: "main" } },
    { image: { digest: "sha256:12" } },
    { networkPolicy: { p2pFrom: ["everybody"] } },
    { validators: { storage: { size: "200" } } },
  ]) {
    assert.ok(!check.safeParse(merge(values, wrong)).success, JSON.stringify(wrong));
  }
});

test("names of objects do not repeat, and every object says what it belongs to", { skip }, () => {
  const all = manifests({ ...genesis, ...monitored });
  const names = all.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  assert.equal(new Set(names).size, names.length);
  assert.deepEqual([...new Set(all.map(({ kind }) => kind))].sort(), [
    ...["ConfigMap", "NetworkPolicy", "PodDisruptionBudget", "PrometheusRule"],
    ...["Service", "ServiceAccount", "ServiceMonitor", "StatefulSet"],
  ]);
  for (const { metadata } of all) {
    assert.equal(metadata.labels["app.kubernetes.io/instance"], "net");
    assert.ok(metadata.name.length <= 63 && /^[a-z0-9-]+$/.test(metadata.name));
  }
  assert.ok(!all.some(({ kind }) => kind === "Secret"), "no key ever stands in the values of a release");
});

test("pods of both roles have no rights, a read-only file system, probes and limits", { skip }, () => {
  for (const name of ["net-validator", "net-follower"]) {
    const { spec } = only(manifests(genesis), "StatefulSet", name).spec.template;
    assert.equal(spec.automountServiceAccountToken, false);
    assert.deepEqual(
      [spec.securityContext.runAsNonRoot, spec.securityContext.runAsUser, spec.securityContext.seccompProfile.type],
      [true, 10_001, "RuntimeDefault"],
    );
    for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
      assert.deepEqual(container.securityContext, {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      });
      assert.ok(container.resources.limits.memory && container.resources.requests.cpu);
      assert.equal(container.image, "kairos-node:0.1.0");
    }
    const [node] = spec.containers;
    assert.equal(node.startupProbe.periodSeconds * node.startupProbe.failureThreshold, 60, "a minute to start (D1)");
    assert.equal(node.readinessProbe.httpGet.path, "/readyz");
    assert.equal(node.livenessProbe.httpGet.path, "/healthz");
    assert.ok(spec.terminationGracePeriodSeconds > 10, "longer than a clean stop (D2)");
    const volumes: string[] = [...spec.volumes.map((volume: { name: string }) => volume.name), "state"];
    for (const mount of node.volumeMounts) assert.ok(volumes.includes(mount.name), mount.name);
  }
});

test("validators: one volume each, apart from each other, as many disrupted as the network tolerates", { skip }, () => {
  const all = manifests(merge(genesis, { network: { f: 2 }, validators: { count: 11 } }));
  const { spec } = only(all, "StatefulSet", "net-validator");
  assert.equal(spec.replicas, 11);
  assert.equal(spec.podManagementPolicy, "Parallel");
  assert.deepEqual(
    spec.volumeClaimTemplates.map((claim: Manifest) => claim.metadata.name),
    ["state"],
  );
  assert.deepEqual(spec.persistentVolumeClaimRetentionPolicy, { whenDeleted: "Retain", whenScaled: "Retain" });
  const [rule] = spec.template.spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution;
  assert.equal(rule.topologyKey, "kubernetes.io/hostname");
  assert.equal(only(all, "PodDisruptionBudget", "net-validator").spec.maxUnavailable, 2);
  const labels = spec.template.metadata.labels;
  const selectors = [
    spec.selector.matchLabels,
    rule.labelSelector.matchLabels,
    only(all, "PodDisruptionBudget", "net-validator").spec.selector.matchLabels,
    only(all, "NetworkPolicy", "net-validator").spec.podSelector.matchLabels,
    only(all, "Service", "net-validator").spec.selector,
  ];
  for (const selector of selectors) {
    assert.equal(selector["app.kubernetes.io/component"], "validator");
    for (const [key, value] of Object.entries(selector)) assert.equal(labels[key], value);
  }
  assert.equal(only(all, "Service", "net-validator").spec.publishNotReadyAddresses, true);
});

test("a validator gets its own keys, from memory, and may lose its journal only when told so", { skip }, () => {
  const pod = (values: Tree) =>
    only(manifests(merge(genesis, values)), "StatefulSet", "net-validator").spec.template.spec;
  const spec = pod({ validators: { firstIndex: 3 } });
  const mounts = (container: { volumeMounts: readonly { name: string; readOnly?: boolean }[] }) =>
    Object.fromEntries(container.volumeMounts.map(({ name, readOnly }) => [name, readOnly ?? false]));
  assert.deepEqual(mounts(spec.initContainers[0]), { secret: true, keys: false });
  assert.ok(!("secret" in mounts(spec.containers[0])), "the node does not see the keys of others");
  assert.equal(mounts(spec.containers[0]).keys, true);
  const volume = (name: string) => spec.volumes.find((one: { name: string }) => one.name === name);
  assert.deepEqual(volume("keys").emptyDir, { medium: "Memory", sizeLimit: "1Mi" });
  assert.deepEqual(volume("secret").secret, { secretName: "kairos-validator-keys", defaultMode: 0o440 });
  assert.deepEqual(spec.initContainers[0].env[0], { name: "FIRST_INDEX", value: "3" });
  assert.deepEqual(spec.containers[0].args, ["run", "--config", "/etc/kairos/config.yaml"]);
  assert.deepEqual(pod({ validators: { firstStart: true } }).containers[0].args.slice(-1), ["--accept-journal-loss"]);
});

test("the network lets peers, Prometheus and the followers' clients in, and nobody to an admin interface", {
  skip,
}, () => {
  const all = manifests(merge(genesis, { networkPolicy: { p2pFrom: ["198.51.100.0/24"] } }));
  const rules = (name: string) => only(all, "NetworkPolicy", name).spec.ingress as readonly Tree[];
  const ports = (name: string) =>
    rules(name).flatMap(({ ports }) => (ports as readonly { port: string }[]).map(({ port }) => port));
  assert.deepEqual(ports("net-validator"), ["p2p", "metrics"]);
  assert.deepEqual(ports("net-follower"), ["p2p", "metrics", "grpc", "jsonrpc"]);
  assert.equal((rules("net-validator")[0]!.from as readonly Tree[]).length, 3);
  assert.doesNotMatch(JSON.stringify(all), /50151/);
  const limited = manifests(merge(genesis, { networkPolicy: { clientsFrom: [{ podSelector: {} }] } }));
  const clients = only(limited, "NetworkPolicy", "net-follower").spec.ingress[2];
  assert.deepEqual(clients.from, [{ podSelector: {} }]);
  assert.equal(
    manifests(merge(genesis, { networkPolicy: { enabled: false } })).filter((one) => one.kind === "NetworkPolicy")
      .length,
    0,
  );
});

test("named ports of services exist in the pods, and validators serve no callers", { skip }, () => {
  const all = manifests(genesis);
  for (const service of all.filter(({ kind }) => kind === "Service")) {
    const role = service.spec.selector["app.kubernetes.io/component"];
    const [node] = only(all, "StatefulSet", `net-${role}`).spec.template.spec.containers;
    const names = node.ports.map(({ name }: { name: string }) => name);
    for (const port of service.spec.ports) {
      assert.ok(names.includes(port.targetPort), `${service.metadata.name}: ${port.targetPort}`);
      assert.equal(node.ports.find(({ name }: { name: string }) => name === port.targetPort).containerPort, port.port);
    }
    if (role === "validator")
      assert.deepEqual(
        service.spec.ports.map(({ port }: { port: number }) => port),
        [9000, 9090],
      );
  }
});

test("the configurations are ones that a node accepts, and a person's sections go over the chart's", { skip }, (t) => {
  const dir = mkdtempSync(join(tmpdir(), "kairos-chart-"));
  t.after(() => rmSync(dir, { recursive: true }));
  const all = manifests(
    merge(genesis, {
      network: { peers: [{ ed25519_public_key: "11".repeat(32), address: "a.example.org:9000" }] },
      validators: { config: { consensus: { view_timeout: "3s" } } },
      followers: { allowedHosts: ["rpc.example.org"] },
    }),
  );
  const load = (role: string) => {
    const path = join(dir, `${role}.yaml`);
    writeFileSync(path, only(all, "ConfigMap", `net-${role}`).data!["config.yaml"]!);
    return loadConfig({ path });
  };
  const validator = load("validator");
  assert.equal(validator.consensus.viewTimeout, 3_000);
  assert.equal(validator.consensus.network, "testnet");
  assert.equal(validator.p2p.validators[0]!.address, "a.example.org:9000");
  assert.equal(validator.jsonrpc.listenAddr.host, "127.0.0.1", "validators serve callers in the pod only");
  assert.equal(validator.rpc.listenAddr.host, "127.0.0.1");
  assert.equal(validator.identity.generateIfMissing, false);
  const follower = load("follower");
  assert.deepEqual(follower.jsonrpc.listenAddr, { host: "0.0.0.0", port: 8545 });
  assert.ok(follower.jsonrpc.allowedHosts.includes("rpc.example.org"));
  assert.ok(follower.jsonrpc.allowedHosts.includes("net-follower.payments.svc.cluster.local"));
  assert.equal(follower.identity.blsSecretKeyPath, undefined, "a follower has no vote");
  for (const { admin } of [validator, follower]) assert.equal(admin.enabled, false);
});

test("genesis comes from a file or a ConfigMap, and its absence is said in words", { skip }, () => {
  const all = manifests(genesis);
  assert.equal(only(all, "ConfigMap", "net-genesis").data!["genesis.json"], genesis.network.genesis);
  const other = manifests({ network: { genesisConfigMap: "mine" } });
  assert.ok(!other.some(({ metadata }) => metadata.name === "net-genesis"));
  const volumes = only(other, "StatefulSet", "net-follower").spec.template.spec.volumes as readonly Tree[];
  assert.deepEqual(volumes.find(({ name }) => name === "genesis")!.configMap, { name: "mine" });
  if (typeof renderer === "string") throw new Error(renderer);
  const refused = renderer.render({});
  assert.ok(!refused.ok && refused.message.includes("--set-file network.genesis=genesis.json"));
  const nameless = renderer.render(merge(genesis, { validators: { keysSecret: "" } }));
  assert.ok(!nameless.ok && nameless.message.includes("validators.keysSecret"));
});

test("followers alone, validators alone, images by digest", { skip }, () => {
  const kinds = (values: Tree) => manifests(merge(genesis, values)).filter(({ kind }) => kind === "StatefulSet");
  assert.deepEqual(
    kinds({ validators: { count: 0 } }).map(({ metadata }) => metadata.name),
    ["net-follower"],
  );
  assert.deepEqual(
    kinds({ followers: { count: 0 } }).map(({ metadata }) => metadata.name),
    ["net-validator"],
  );
  const digest = `sha256:${"ab".repeat(32)}`;
  const [pinned] = kinds({ image: { repository: "registry.example.org/kairos-node", digest } });
  assert.equal(pinned!.spec.template.spec.containers[0].image, `registry.example.org/kairos-node@${digest}`);
});

test("the alerts are those of the compose stacks, and the monitor finds both services", { skip }, () => {
  const ours = join(chartFolder, "../../prometheus/alerts/kairos.yml");
  const copy = readFileSync(join(chartFolder, "files/alerts.yml"), "utf8");
  assert.ok(
    existsSync(ours) && copy === readFileSync(ours, "utf8"),
    "run: cp deployments/prometheus/alerts/kairos.yml deployments/helm/kairos/files/alerts.yml",
  );
  const all = manifests({ ...genesis, ...monitored });
  assert.deepEqual(only(all, "PrometheusRule", "net-alerts").spec, parse(copy));
  const monitor = only(all, "ServiceMonitor", "net-monitor");
  assert.equal(monitor.metadata.labels.release, "prometheus");
  const found = all.filter(
    ({ kind, metadata, spec }) =>
      kind === "Service" &&
      Object.entries(monitor.spec.selector.matchLabels).every(([key, value]) => metadata.labels[key] === value) &&
      spec.ports.some(({ name }: { name: string }) => name === monitor.spec.endpoints[0].port),
  );
  assert.deepEqual(found.map(({ metadata }) => metadata.name).sort(), ["net-follower-peers", "net-validator"]);
});

test("the notes remind of firstStart", { skip }, () => {
  if (typeof renderer === "string") throw new Error(renderer);
  const notes = (firstStart: boolean) => {
    const rendered = renderer.render(merge(genesis, { validators: { firstStart } }));
    return rendered.ok ? rendered.notes : rendered.message;
  };
  assert.match(notes(true), /--set validators\.firstStart=false/);
  assert.doesNotMatch(notes(false), /firstStart/);
});

/** Paths of all keys, down to lists, scalars and mappings that are empty because a person fills them. */
function valueKeys(values: Tree, prefix = ""): string[] {
  return Object.entries(values)
    .flatMap(([key, value]) =>
      isTree(value) && Object.keys(value).length > 0 && !["requests", "limits"].includes(key)
        ? valueKeys(value, `${prefix}${key}.`)
        : [`${prefix}${key}`],
    )
    .sort();
}

/** The same of a schema, as deep as the values go. */
function schemaKeys(schema: Tree, values: Tree, prefix = ""): string[] {
  return Object.entries(schema.properties as Readonly<Record<string, Tree>>)
    .flatMap(([key, inner]) => {
      const value = values[key];
      return isTree(value) && Object.keys(value).length > 0 && inner.properties !== undefined
        ? schemaKeys(inner, value, `${prefix}${key}.`)
        : [`${prefix}${key}`];
    })
    .sort();
}
