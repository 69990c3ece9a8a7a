import { World } from "../../../entrypoint/hosts/memory.ts";
import { testHostHere } from "../../contract/report.ts";

testHostHere("memory", () => {
  const host = new World().boot();
  host.makeDirectory("/case");
  return { host, dir: "/case" };
});
