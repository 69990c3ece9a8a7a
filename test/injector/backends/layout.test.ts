// A layout of any size fits into variables, in an order in which each part has what it needs.
import { expect, test } from "vitest";
import { splitLayout } from "../../../injector/backends/layout.ts";

const many = <One>(count: number, one: (at: number) => One) =>
  Array.from({ length: count }, (_, at) => one(at));

test("directories, links and files are spread over parts that Linux takes, in their order", () => {
  const layout = {
    protocol: 1,
    binary: "/b",
    directories: many(3_000, (at) => ({ path: `/tekton/volumes/results/task-${at}`, mode: 0o777 })),
    links: many(3_000, (at) => ({
      path: `/tekton/volumes/steps/step-${at}`,
      target: `/tekton/run/${at}/status`,
    })),
    files: many(200, (at) => ({ path: `/s/${at}`, mode: 0o555, base64: "eHh4".repeat(1_000) })),
  };
  const parts = splitLayout(layout);
  expect(parts.length).toBeGreaterThan(5);
  for (const part of parts) expect(JSON.stringify(part).length).toBeLessThan(131_000);
  expect(parts.map(({ binary }) => binary).filter((one) => one !== undefined)).toEqual(["/b"]);
  for (const list of ["directories", "links", "files"] as const)
    expect(parts.flatMap((part): readonly unknown[] => part[list])).toEqual(layout[list]);
  const first = parts.findIndex(({ files }) => files.length > 0);
  expect(parts.slice(first + 1).every(({ directories }) => directories.length === 0)).toBe(true);
});
