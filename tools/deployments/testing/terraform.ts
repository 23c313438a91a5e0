import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "@cdktf/hcl2json";
import { root } from "./root.ts";

/** A block of HCL: arguments and blocks by name; expressions are texts like "${var.name}". */
export type Block = { readonly [key: string]: unknown };

/** All files of a Terraform module in one. */
export interface Module {
  /** "aws_instance.validator" to its block. */
  readonly resources: ReadonlyMap<string, Block>;
  /** "data.aws_region.current" to its block. */
  readonly data: ReadonlyMap<string, Block>;
  readonly variables: ReadonlyMap<string, Block>;
  readonly locals: ReadonlyMap<string, unknown>;
  readonly outputs: ReadonlyMap<string, Block>;
  readonly terraform: Block;
  /** Everything that may hold a reference. */
  readonly texts: readonly string[];
}

interface Parsed {
  readonly resource?: Readonly<Record<string, Readonly<Record<string, readonly Block[]>>>>;
  readonly data?: Readonly<Record<string, Readonly<Record<string, readonly Block[]>>>>;
  readonly variable?: Readonly<Record<string, readonly Block[]>>;
  readonly output?: Readonly<Record<string, readonly Block[]>>;
  readonly locals?: readonly Block[];
  readonly terraform?: readonly Block[];
}

/** The folder of a module of deployments/terraform. */
export function moduleFolder(name: string): string {
  return join(root, "deployments/terraform", name);
}

/** Reads a module with the parser that Terraform itself uses. */
export async function readModule(name: string): Promise<Module> {
  const folder = moduleFolder(name);
  const files = readdirSync(folder).filter((file) => file.endsWith(".tf"));
  const parsed: Parsed[] = [];
  for (const file of files) parsed.push((await parse(file, readFileSync(join(folder, file), "utf8"))) as Parsed);
  const typed = (of: (one: Parsed) => Parsed["resource"], prefix: string): Map<string, Block> =>
    new Map(
      parsed.flatMap((one) =>
        Object.entries(of(one) ?? {}).flatMap(([type, named]) =>
          Object.entries(named).map(([id, [block]]): [string, Block] => [`${prefix}${type}.${id}`, block!]),
        ),
      ),
    );
  const named = (of: (one: Parsed) => Parsed["variable"]): Map<string, Block> =>
    new Map(
      parsed.flatMap((one) => Object.entries(of(one) ?? {}).map(([id, [block]]): [string, Block] => [id, block!])),
    );
  return {
    resources: typed((one) => one.resource, ""),
    data: typed((one) => one.data, "data."),
    variables: named((one) => one.variable),
    outputs: named((one) => one.output),
    locals: new Map(parsed.flatMap(({ locals = [] }) => locals.flatMap((block) => Object.entries(block)))),
    terraform: parsed.flatMap(({ terraform = [] }) => terraform)[0]!,
    texts: strings(parsed),
  };
}

/** All texts in a tree, keys of mappings among them: HCL lets them be expressions. */
export function strings(tree: unknown): string[] {
  if (typeof tree === "string") return [tree];
  if (typeof tree !== "object" || tree === null) return [];
  return Object.entries(tree).flatMap(([key, value]) => [key, ...strings(value)]);
}

/** What Terraform would resolve: "var.name", "local.name", "aws_instance.validator", "data.aws_region.current". */
export function references(text: string): string[] {
  const inside = [...text.matchAll(/\$\{/g)].length > 0 ? text : "";
  return [
    ...inside.matchAll(/(?<![\w."/-])(data\.[a-z_]+\.\w+|var\.\w+|local\.\w+|(?:aws|google)_[a-z0-9_]+\.\w+)/g),
  ].map((match) => match[1]!);
}
