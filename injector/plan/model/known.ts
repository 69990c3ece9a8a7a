// For what the planner itself put there: its absence is a fault of the planner, not of a user, and is never papered over.

export function known<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error("the planner lost track of a step: please report this");
  return value;
}
