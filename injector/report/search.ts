// The only script of a report. It is put into the page as it stands, so it uses nothing but what is in it.

interface Box {
  value: string;
  addEventListener(type: string, listener: () => void): void;
}

interface Step {
  hidden: boolean;
  open: boolean;
  readonly textContent: string | null;
}

interface Page {
  getElementById(id: string): unknown;
  querySelectorAll(selector: string): Iterable<unknown>;
}

/** Shows the steps whose name or lines have what is typed, opens them, and counts them. */
export function search(page: Page): void {
  const input = page.getElementById("search") as Box;
  const found = page.getElementById("found") as { textContent: string };
  const steps = [...page.querySelectorAll("details.step")] as Step[];
  const texts = steps.map((step) => (step.textContent ?? "").toLowerCase());
  const opened = steps.map((step) => step.open);
  input.addEventListener("input", () => {
    const wanted = input.value.toLowerCase();
    let count = 0;
    for (const [at, step] of steps.entries()) {
      const has = wanted === "" || (texts[at] ?? "").includes(wanted);
      step.hidden = !has;
      step.open = wanted === "" ? opened[at] === true : has;
      if (has) count++;
    }
    found.textContent = wanted === "" ? "" : `${count} of ${steps.length} steps`;
  });
}
