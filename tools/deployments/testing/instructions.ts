import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DockerfileParser, type ModifiableInstruction, type Instruction as Parsed } from "dockerfile-ast";
import { root } from "./root.ts";

/** One instruction of deployments/Dockerfile. */
export interface Instruction {
  /** In capitals: "COPY". */
  readonly keyword: string;
  /** Words after the flags; of the JSON form, its strings. */
  readonly words: readonly string[];
  /** "--from=build" as ["from", "build"]. */
  readonly flags: readonly (readonly [string, string])[];
  /** Everything after the keyword, continued lines joined. */
  readonly text: string;
  /** 0 for what stands before the first FROM, then 1 and on. */
  readonly stage: number;
}

/** The instructions of deployments/Dockerfile in order, as an independent parser reads them. */
export function instructions(): readonly Instruction[] {
  const parsed = DockerfileParser.parse(readFileSync(join(root, "deployments/Dockerfile"), "utf8"));
  let stage = 0;
  return parsed.getInstructions().map((instruction) => {
    const keyword = instruction.getKeyword();
    if (keyword === "FROM") stage += 1;
    const words = instruction.getArguments().map((argument) => argument.getValue());
    const flags = isModifiable(instruction)
      ? instruction.getFlags().map((flag) => [flag.getName(), flag.getValue() ?? ""] as const)
      : [];
    const text = instruction.getRawArgumentsContent() ?? "";
    return { keyword, words, flags, text, stage };
  });
}

/** Instructions that may carry flags have a method for them; the parser exports no way to tell. */
function isModifiable(instruction: Parsed): instruction is ModifiableInstruction {
  return "getFlags" in instruction;
}
