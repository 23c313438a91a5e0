import { readFileSync } from "node:fs";

/** A file of the page, ready to be sent. */
export interface PageFile {
  readonly type: string;
  readonly bytes: Buffer;
}

/** The page by path (kairos V3): read once, at start, so that a request never touches the disk. */
export function pageFiles(): ReadonlyMap<string, PageFile> {
  const file = (name: string, type: string): PageFile => ({
    type,
    bytes: readFileSync(new URL(name, import.meta.url)),
  });
  return new Map([
    ["/", file("page/index.html", "text/html; charset=utf-8")],
    ["/static/app.js", file("page/app.js", "application/javascript; charset=utf-8")],
    ["/static/kairos.css", file("../web/kairos.css", "text/css; charset=utf-8")],
    ["/static/style.css", file("page/style.css", "text/css; charset=utf-8")],
  ]);
}
