// The entrypoint as a static binary.
import { quickjsHost, run } from "../hosts/quickjs.ts";
import { main } from "../main.ts";

run(() => main(quickjsHost()));
