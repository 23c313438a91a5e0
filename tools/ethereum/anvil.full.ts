import { after, test } from "node:test";
import { startAnvil, withoutFoundry } from "./startAnvil.ts";
import { allSuites } from "./testing/allSuites.ts";

// What the suites ask of our node, the node that most people know must answer too: otherwise a suite is wrong.
const reason = withoutFoundry("anvil");
if (reason !== false) {
  test("the suites on anvil", { skip: reason });
} else {
  const anvil = await startAnvil(["--steps-tracing"]);
  after(() => anvil.stop());
  for (const suite of allSuites) suite(anvil);
}
