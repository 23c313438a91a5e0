import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";

/** Where Debian's package puts the browser; another place may be named in the environment. */
const program = process.env.POLIS_CHROMIUM ?? "/usr/bin/chromium";

/** Why tests of pages cannot run here; undefined when they can. */
export const browserMissing: string | undefined = existsSync(program)
  ? undefined
  : `no browser at ${program}: install Debian's package chromium, or name one in POLIS_CHROMIUM`;

/** How a page is looked at. */
export interface Look {
  readonly width: number;
  readonly height: number;
  readonly colorScheme?: "light" | "dark";
}

/** A headless browser with an empty profile of its own. The caller closes it. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: program,
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** A page as a person with this screen sees it. */
export function openPage(browser: Browser, { width, height, colorScheme = "light" }: Look): Promise<Page> {
  return browser.newPage({ viewport: { width, height }, colorScheme, reducedMotion: "reduce" });
}
