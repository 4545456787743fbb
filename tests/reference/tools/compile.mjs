// Compiles every schema of the bundles named on the command line with ajv in strict mode.
import { readFileSync } from "node:fs";
import Ajv from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

for (const file of process.argv.slice(2)) {
  const bundle = JSON.parse(readFileSync(file, "utf8"));
  for (const options of [{}, { strict: true, allowUnionTypes: true }]) {
    const ajv = new Ajv.default({ logger: false, ...options });
    addFormats.default(ajv);
    ajv.addSchema(bundle);
    for (const name of Object.keys(bundle.$defs)) {
      ajv.compile({ $ref: `${bundle.$id}#/$defs/${name}` });
    }
  }
}
