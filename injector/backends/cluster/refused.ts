// What the API server did not do, from its words to a code and a cure.

import { mistake } from "../../diagnostics/diagnostic.ts";
import { ApiError, Unreachable } from "./connection.ts";

/** `what` completes "the cluster cannot …". */
export function refused(error: unknown, what: string): unknown {
  if (error instanceof Unreachable)
    return mistake(
      "cluster-unreachable",
      `the API server does not answer: ${error.message}`,
      "see `kubectl cluster-info`; --context says which cluster is asked",
    );
  if (!(error instanceof ApiError)) return error;
  return mistake("cluster-refused", `the cluster does not ${what}: ${error.message}`, cureOf(error));
}

function cureOf({ status, message }: ApiError): string {
  if (status === 401) return "log in to the cluster again: its token is not taken, or no longer";
  if (/exceeded quota/.test(message))
    return "wait for other runs to end, ask for less, or have the namespace's quota raised";
  if (/violates PodSecurity/.test(message))
    return "add --restricted, or run it in a namespace that allows what the Task asks for";
  if (/admission webhook|denied the request/.test(message))
    return "change what the cluster's own rules do not allow there";
  if (status === 403) return "give the account the Role of docs/kubernetes.md";
  if (status === 404) return "see `kubectl get namespaces`; -n says which one";
  return "change what it names there; `kubectl create` would be refused the same";
}
