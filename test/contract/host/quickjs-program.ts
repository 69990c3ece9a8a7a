// The contract's test program for the native host: built by `make build/test/host-contract`.
import { readlink } from "baton:native";
import { quickjsHost, run } from "../../../entrypoint/hosts/quickjs.ts";
import { hostProgram } from "../host.ts";

run(() => hostProgram(quickjsHost(), [`${readlink("/proc/self/exe")}`]));
