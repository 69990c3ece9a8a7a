// The contract's test program for the Node host.

import { nodeHost } from "../../../entrypoint/hosts/node.ts";
import { hostProgram } from "../host.ts";

const [, file = "", ...args] = process.argv;
process.exit(await hostProgram(nodeHost(args, file), [process.execPath, file]));
