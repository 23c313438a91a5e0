{{/* Name of everything of a role: the dictionary has root and role. */}}
{{- define "kairos.name" -}}
{{- printf "%s-%s" (.root.Release.Name | trunc 40 | trimSuffix "-") .role -}}
{{- end }}

{{/* What pods of a role are found by; never changes over the life of a release. */}}
{{- define "kairos.selector" -}}
app.kubernetes.io/name: kairos
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .role }}
{{- end }}

{{- define "kairos.labels" -}}
{{ include "kairos.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{- define "kairos.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}
{{- end -}}
{{- end -}}
{{- end }}

{{- define "kairos.genesisConfigMap" -}}
{{- if .Values.network.genesisConfigMap -}}
{{ .Values.network.genesisConfigMap }}
{{- else -}}
{{ include "kairos.name" (dict "root" . "role" "genesis") }}
{{- end -}}
{{- end }}

{{/* The configuration of a role: YAML, as a node reads it. Later dictionaries go before earlier ones. */}}
{{- define "kairos.config" -}}
{{- $name := include "kairos.name" . -}}
{{- $hosts := list "localhost" "127.0.0.1" "[::1]" $name (printf "%s.%s" $name .root.Release.Namespace) (printf "%s.%s.svc" $name .root.Release.Namespace) (printf "%s.%s.svc.cluster.local" $name .root.Release.Namespace) -}}
{{- $hosts = concat $hosts (.values.allowedHosts | default list) -}}
{{- $base := dict
  "genesis" (dict "path" "/etc/kairos/genesis/genesis.json")
  "consensus" (dict "network" .root.Values.network.name)
  "storage" (dict "path" "/var/lib/kairos/data")
  "p2p" (dict "listen_addr" "0.0.0.0:9000")
  "metrics" (dict "enabled" true "listen_address" "0.0.0.0:9090" "allow_plaintext" true)
  "admin" (dict "enabled" false)
  "logging" (dict "format" "json")
-}}
{{- if .root.Values.network.peers -}}
{{- $_ := set $base.p2p "validators" .root.Values.network.peers -}}
{{- end -}}
{{- if eq .role "validator" -}}
{{- $_ := set $base "identity" (dict "bls_secret_key_path" "/run/kairos/keys/bls.key" "ed25519_secret_key_path" "/run/kairos/keys/ed25519.key" "generate_if_missing" false) -}}
{{- $_ := set $base.p2p "rpc_mode" true -}}
{{- else -}}
{{- $_ := set $base "identity" (dict "ed25519_secret_key_path" "/var/lib/kairos/ed25519.key" "generate_if_missing" true) -}}
{{- $_ := set $base "rpc" (dict "listen_addr" "0.0.0.0:50051" "allow_plaintext" true "allowed_hosts" $hosts) -}}
{{- $_ := set $base "jsonrpc" (dict "listen_addr" "0.0.0.0:8545" "allow_plaintext" true "allowed_hosts" $hosts) -}}
{{- end -}}
{{- toYaml (mergeOverwrite $base (deepCopy (.values.config | default dict))) -}}
{{- end }}

{{/* Why a pod may do only what it must. */}}
{{- define "kairos.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "kairos.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/* Alive while the process answers; ready as /readyz says (D1); sixty seconds to start. */}}
{{- define "kairos.probes" -}}
startupProbe:
  httpGet: { path: /healthz, port: metrics }
  periodSeconds: 5
  failureThreshold: 12
livenessProbe:
  httpGet: { path: /healthz, port: metrics }
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet: { path: /readyz, port: metrics }
  periodSeconds: 5
  timeoutSeconds: 5
  failureThreshold: 3
{{- end }}
