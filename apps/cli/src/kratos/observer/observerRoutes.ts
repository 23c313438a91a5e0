import { readFileSync } from "node:fs";
import type { Route, RouteAnswer } from "@polis/rpc";

/** No script, style or connection but this server's own; the icon is in the page itself. */
const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const types = {
  html: "text/html; charset=utf-8",
  js: "application/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
} as const;

const files = ["index.html", "style.css", "app.js", "dom.js", "security.js", "slots.js", "tables.js"] as const;

/** The observer's page by path: read once, at start, so that a request never touches the disk. */
export function observerRoutes(): ReadonlyMap<string, Route> {
  return new Map(files.map((name) => [name === "index.html" ? "/" : `/observer/${name}`, fileRoute(name)]));
}

function fileRoute(name: (typeof files)[number]): Route {
  const type = types[name.slice(name.indexOf(".") + 1) as keyof typeof types];
  const answer: RouteAnswer = {
    ...{ status: 200, type, body: readFileSync(new URL(`./page/${name}`, import.meta.url)) },
    headers: {
      "content-security-policy": contentSecurityPolicy,
      "referrer-policy": "no-referrer",
      "cache-control": "no-cache",
    },
  };
  return () => answer;
}
