import { test } from "node:test";
import type { KairosParams } from "../../params.ts";
import { testGenesis } from "../../testing/genesisFixture.ts";
import { createDoubleWorld } from "./doubleWorld.ts";
import { createEngineWorld } from "./engineWorld.ts";
import type { FaceWorld } from "./faceWorld.ts";
import { openToken } from "./token.ts";

/** Parameters of the tests of the face. */
export const testParams: KairosParams = testGenesis().params;

const kinds: Readonly<Record<string, (params: KairosParams) => FaceWorld>> = {
  double: createDoubleWorld,
  engine: createEngineWorld,
};

/** Runs a test of the face over every world there is; each gets a fresh one with `openToken` done, and can make more. */
export function testFace(name: string, body: (world: FaceWorld, fresh: () => FaceWorld) => void | Promise<void>): void {
  for (const [kind, create] of Object.entries(kinds)) {
    const fresh = () => openToken(create(testParams));
    test(`${name} (${kind})`, () => body(fresh(), fresh));
  }
}
