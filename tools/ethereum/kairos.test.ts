import { after } from "node:test";
import { startKairos } from "./startKairos.ts";
import { allSuites } from "./testing/allSuites.ts";
import { faceSuite } from "./testing/faceSuite.ts";
import { guideSuite } from "./testing/guideSuite.ts";
import { paymentSuite } from "./testing/paymentSuite.ts";
import { predeploySuite } from "./testing/predeploySuite.ts";
import { restrictionSuite } from "./testing/restrictionSuite.ts";

const kairos = await startKairos();
after(() => kairos.stop());
for (const suite of [...allSuites, faceSuite, predeploySuite, paymentSuite, restrictionSuite, guideSuite])
  suite(kairos);
