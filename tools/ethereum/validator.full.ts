import { after } from "node:test";
import { startValidator } from "./startValidator.ts";
import { chainSuites } from "./testing/allSuites.ts";
import { faceSuite } from "./testing/faceSuite.ts";
import { foundrySuite } from "./testing/foundrySuite.ts";
import { paymentSuite } from "./testing/paymentSuite.ts";
import { predeploySuite } from "./testing/predeploySuite.ts";

const validator = await startValidator();
after(() => validator.stop());
for (const suite of [...chainSuites, foundrySuite, faceSuite, predeploySuite, paymentSuite]) suite(validator);
