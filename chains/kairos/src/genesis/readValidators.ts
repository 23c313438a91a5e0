import { Fields } from "./fields.ts";
import type { Genesis, GenesisValidator } from "./types.ts";

/** Reads the validator list (kairos 3.3). Share keys belong to the threshold scheme alone. */
export function readValidators(
  list: readonly unknown[],
  scheme: Genesis["scheme"],
  problems: string[],
): readonly GenesisValidator[] {
  if (list.length > 1024) {
    problems.push(`validators has ${list.length} entries; at most 1024 are possible (K8)`);
    return [];
  }
  return list.map((value, index) => {
    const fields = new Fields(value, `validators[${index}]`, problems);
    const validator: GenesisValidator = {
      blsPublicKey: fields.bytes("blsPublicKey", 48),
      blsPop: fields.optionalBytes("blsPop", 96, 96),
      p2pPublicKey: fields.bytes("p2pPublicKey", 32),
      p2pBinding: fields.optionalBytes("p2pBinding", 96, 96),
      feeAddress: fields.address("feeAddress"),
      name: fields.optionalText("name", 64),
      address: fields.optionalText("address", 256),
      shareKeyM: fields.optionalBytes("shareKeyM", 48, 48),
      shareKeyL: fields.optionalBytes("shareKeyL", 48, 48),
    };
    const shares = [validator.shareKeyM, validator.shareKeyL].filter((key) => key !== undefined).length;
    if (shares !== (scheme === "threshold" ? 2 : 0)) {
      problems.push(
        `${fields.path}: shareKeyM and shareKeyL are required with scheme "threshold" and refused otherwise`,
      );
    }
    fields.refuseUnknown();
    return validator;
  });
}
