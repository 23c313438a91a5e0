import type { Dashboard, Panel } from "./panel.ts";

const columns = 24;

/** Where a panel is on the grid of Grafana, in columns and rows. */
export interface GridPos {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** The JSON model that Grafana reads (kairos 19.3): refreshed every 5 s, the last 30 minutes, chosen by `instance`. */
export function buildDashboard({ uid, title, description, panels }: Dashboard) {
  const places = placeAll(panels);
  return {
    uid,
    title,
    description,
    tags: ["kairos"],
    schemaVersion: 39,
    version: 1,
    editable: true,
    graphTooltip: 1,
    refresh: "5s",
    time: { from: "now-30m", to: "now" },
    timezone: "browser",
    templating: { list: [instanceVariable()] },
    annotations: { list: [] },
    links: [{ type: "dashboards", tags: ["kairos"], asDropdown: false, includeVars: true, keepTime: true }],
    panels: panels.map((panel, i) => panelJson(panel, i + 1, places[i]!)),
  };
}

/** From left to right, then a row further down: panels of one row share a height. */
function placeAll(panels: readonly Panel[]): readonly GridPos[] {
  let [x, y, height] = [0, 0, 0];
  return panels.map(({ size: [w, h] }) => {
    if (x + w > columns) {
      x = 0;
      y += height;
      height = 0;
    }
    const place = { x, y, w, h };
    x += w;
    height = Math.max(height, h);
    return place;
  });
}

function instanceVariable() {
  const query = "label_values(kairos_build_info, instance)";
  return {
    ...{ name: "instance", label: "Node", type: "query", query, definition: query, datasource: prometheus },
    ...{ multi: true, includeAll: true, refresh: 2, sort: 3, current: { text: "All", value: "$__all" } },
  };
}

function panelJson(panel: Panel, id: number, gridPos: GridPos) {
  const datasource = panel.kind === "logs" ? loki : prometheus;
  return {
    ...{ id, type: panel.kind, title: panel.title, description: panel.description, gridPos, datasource },
    targets: panel.queries.map(([expr, legendFormat], i) => ({
      refId: String.fromCharCode(65 + i),
      expr,
      datasource,
      ...(panel.kind === "logs" ? {} : { legendFormat, instant: panel.kind === "stat" }),
    })),
    ...(panel.kind === "logs" ? {} : { fieldConfig: { defaults: fieldDefaults(panel), overrides: [] } }),
    options: optionsOf(panel),
  };
}

function fieldDefaults({ kind, unit, limits }: Panel) {
  const steps = [
    { color: "green", value: null },
    ...(limits === undefined
      ? []
      : [
          { color: "orange", value: limits[0] },
          { color: "red", value: limits[1] },
        ]),
  ];
  const custom = { drawStyle: "line", lineWidth: 1, fillOpacity: 8, showPoints: "never", spanNulls: false };
  return { unit, thresholds: { mode: "absolute", steps }, ...(kind === "timeseries" ? { min: 0, custom } : {}) };
}

function optionsOf({ kind }: Panel) {
  if (kind === "logs") return { showTime: true, sortOrder: "Descending", enableLogDetails: true, wrapLogMessage: true };
  if (kind === "timeseries") {
    return { legend: { displayMode: "list", placement: "bottom" }, tooltip: { mode: "multi", sort: "desc" } };
  }
  return { colorMode: "value", graphMode: "area", reduceOptions: { calcs: ["lastNotNull"] } };
}

const prometheus = { type: "prometheus", uid: "prometheus" };
const loki = { type: "loki", uid: "loki" };
