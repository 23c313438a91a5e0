import assert from "node:assert/strict";
import { join } from "node:path";
import { loadPackageDefinition, type Metadata, type ServiceError } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

/** The folder of the proto files. */
export const protos: string = join(import.meta.dirname, "../../../../../clients/proto/proto");
const names = ["account", "block", "transaction", "node", "subscription", "consensus", "admin"].map(
  (n) => `kairos/v1/${n}.proto`,
);

/** What the independent client makes at run time has no types. */
// biome-ignore lint/suspicious/noExplicitAny: see above
export type Loose = any;

/** All services as classes of the independent client, made from the proto files. */
export const loaded: Loose = loadPackageDefinition(
  loadSync([...names, "grpc/health/v1/health.proto", "grpc/reflection/v1/reflection.proto"], {
    ...{ includeDirs: [protos], keepCase: true, longs: String, enums: String, defaults: true, oneofs: true },
  }),
);

/** One unary call of the independent client. */
export function call(stub: Loose, method: string, request: object, options: object = {}): Promise<Loose> {
  return new Promise((resolve, reject) =>
    stub[method](request, options, (error: ServiceError | null, value: unknown) =>
      error === null ? resolve(value) : reject(error),
    ),
  );
}

/** The first messages of a stream, which is then cancelled. */
export function take(stream: Loose, count: number): Promise<Loose[]> {
  return new Promise((resolve, reject) => {
    const seen: Loose[] = [];
    stream.on("data", (message: unknown) => {
      seen.push(message);
      if (seen.length === count) {
        stream.cancel();
        resolve(seen);
      }
    });
    stream.on("end", () => resolve(seen));
    stream.on("error", (error: ServiceError) => (seen.length >= count ? resolve(seen) : reject(error)));
  });
}

/** The detail of an error (G3). */
export function detailOf(metadata: Metadata): {
  code: number;
  name: string;
  message: string;
  metadata: Record<string, string>;
} {
  const [bytes] = metadata.get("grpc-status-details-bin");
  const text = (bytes as Buffer).toString("latin1");
  assert.ok(text.includes("type.googleapis.com/kairos.v1.ErrorDetail"), "the status carries an ErrorDetail");
  return readDetail(bytes as Buffer);
}

/** Checks the status and the detail of a call that must fail. */
export async function refused(
  promise: Promise<unknown>,
  code: number,
  name: string,
): Promise<ReturnType<typeof detailOf>> {
  let error: ServiceError | undefined;
  await promise.then(
    () => assert.fail(`expected ${name}`),
    (caught: ServiceError) => {
      error = caught;
    },
  );
  assert.equal(error!.code, code, error!.message);
  const detail = detailOf(error!.metadata);
  assert.equal(detail.name, name);
  return detail;
}

/** Reads google.rpc.Status{3: details Any{2: value}} by hand: independent of the server's library. */
function readDetail(bytes: Buffer): ReturnType<typeof detailOf> {
  const any = fieldsOf(bytes).get(3)![0]!;
  const fields = fieldsOf(fieldsOf(any).get(2)![0]!);
  const text = (field: number) => fields.get(field)?.[0]?.toString() ?? "";
  const entries = (fields.get(4) ?? []).map((entry) => {
    const pair = fieldsOf(entry);
    return [pair.get(1)![0]!.toString(), pair.get(2)?.[0]?.toString() ?? ""] as const;
  });
  return { code: fields.get(1)?.[0]?.[0] ?? 0, name: text(2), message: text(3), metadata: Object.fromEntries(entries) };
}

/** Fields of a message with one-byte varints and lengths of any size. */
function fieldsOf(bytes: Buffer): Map<number, Buffer[]> {
  const fields = new Map<number, Buffer[]>();
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]!;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const isBytes = (tag & 7) === 2;
    const value = varint();
    const content = isBytes ? bytes.subarray(at, at + value) : Buffer.of(value);
    if (isBytes) at += value;
    fields.set(tag >> 3, [...(fields.get(tag >> 3) ?? []), content]);
  }
  return fields;
}
