import type { DescService } from "@bufbuild/protobuf";
import { type ConnectRouter, createConnectRouter, type HandlerContext } from "@connectrpc/connect";
import type { DirectMethod, Route } from "./connectCore.ts";

/** Options of the general pipeline. */
export type PipelineSettings = NonNullable<Parameters<typeof createConnectRouter>[0]>;

/**
 * Registers services, and remembers the implementations of methods whose calls need no pipeline.
 * @param timeoutMs of a unary method by its name `package.Service/Method`
 * @param isDirect false serves everything by the pipeline, which is what the direct way is compared with
 */
export function collectRoutes(
  register: (router: ConnectRouter) => void,
  settings: PipelineSettings,
  timeoutMs: (name: string) => number,
  isDirect: boolean,
): ReadonlyMap<string, Route> {
  const router = createConnectRouter(settings);
  const direct = new Map<string, DirectMethod>();
  const remember = (service: DescService, implementation: object) => {
    for (const method of service.methods) {
      const call = (implementation as Record<string, unknown>)[method.localName];
      const isStream = method.methodKind === "server_streaming";
      if ((method.methodKind !== "unary" && !isStream) || typeof call !== "function") continue;
      const name = `${service.typeName}/${method.name}`;
      direct.set(`/${name}`, {
        method: method as DirectMethod["method"],
        isStream,
        name,
        timeoutMs: timeoutMs(name),
        call: (request: never, context: HandlerContext) => call.call(implementation, request, context) as unknown,
        okLabels: Object.freeze({ method: name, code: "ok" }),
        durationLabels: Object.freeze({ method: name }),
      });
    }
  };
  const recording: ConnectRouter = {
    handlers: router.handlers,
    service(service, implementation, options) {
      if (options === undefined && isDirect) remember(service, implementation);
      router.service(service, implementation, options);
      return recording;
    },
    rpc(method, implementation, options) {
      router.rpc(method, implementation, options);
      return recording;
    },
  };
  register(recording);
  return new Map(
    router.handlers.map((handler) => [handler.requestPath, { handler, direct: direct.get(handler.requestPath) }]),
  );
}
