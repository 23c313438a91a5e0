import { after, test } from "node:test";
import { startAnvil, withoutFoundry } from "./startAnvil.ts";
import { allSuites } from "./testing/allSuites.ts";

const reason = withoutFoundry("anvil", "cast");
if (reason !== false) {
  test("the suites on anvil", { skip: reason });
} else {
  const anvil = await startAnvil();
  after(() => anvil.stop());
  for (const suite of allSuites) suite(anvil);
}
