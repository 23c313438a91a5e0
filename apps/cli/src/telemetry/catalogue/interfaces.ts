import { counter, gauge, histogram, type MetricSpec, stepBoundsS } from "./spec.ts";

/** Metrics of the programming interfaces (kairos 15, 16, 19.1). */
export const interfaceMetrics = {
  jsonrpc_requests_total: counter("JSON-RPC requests.", ["method", "code"]),
  jsonrpc_duration_seconds: histogram("Time to answer a JSON-RPC request.", ["method"], stepBoundsS),
  jsonrpc_in_flight: gauge("JSON-RPC requests that are being answered."),
  jsonrpc_calls_refused_total: counter("Calls refused because too many wait for a thread.", ["lane", "reason"]),
  jsonrpc_calls_waiting: gauge("Calls that wait for a thread.", ["lane"]),
  jsonrpc_call_threads_ended_total: counter("Call threads that ended before their time.", ["lane", "reason"]),
  jsonrpc_ws_connections: gauge("Open WebSockets."),
  jsonrpc_ws_slow_closed_total: counter("WebSockets closed because their reader was too slow.", ["what"]),
  jsonrpc_http_refused_total: counter("HTTP requests refused before JSON-RPC.", ["status"]),
  jsonrpc_http_slow_closed_total: counter("HTTP connections closed because their request came too slowly."),
  grpc_requests_total: counter("gRPC calls that have ended.", ["method", "code"]),
  grpc_duration_seconds: histogram("Time of gRPC calls, of streams their whole life.", ["method"], stepBoundsS),
  grpc_in_flight: gauge("gRPC calls that run, streams included."),
  grpc_refused_total: counter("gRPC calls and connections refused by a limit.", ["reason"]),
  grpc_broken_calls_total: counter("gRPC calls that ended outside their handler."),
  admin_refused_total: counter("Calls of the admin interface without the right token.", ["reason"]),
  listener_connections: gauge("Open connections of a listener.", ["listener"]),
  listener_dropped_total: counter("Connections beyond the limit of a listener.", ["listener"]),
  listener_refused_total: counter("Requests refused before they were read.", ["listener", "reason"]),
  listener_cut_total: counter("Connections ended because of what their client did.", ["listener", "reason"]),
  signer_connected: gauge("1 while the remote signer answers (identity.remote_signer)."),
  signer_requests_total: counter("Requests to the remote signer.", ["result"]),
  signer_request_duration_seconds: histogram("Time of a request to the remote signer.", [], stepBoundsS),
} as const satisfies Record<string, MetricSpec>;
