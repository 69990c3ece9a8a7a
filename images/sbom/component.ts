// A part of an image, and the parts that it is made of: what a bill of materials is written from.

export interface Component {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression. */
  readonly license: string;
  /** "image" is the whole, "file" one executable; all else is what somebody else has published. */
  readonly kind: "image" | "file" | "library";
  readonly summary?: string;
  readonly supplier?: string;
  /** Package URL: where scanners look it up. */
  readonly purl?: string;
  /** Go's name, where it is for one. */
  readonly architecture?: string;
  /** Hexadecimal. */
  readonly digest?: { readonly algorithm: "SHA256" | "SHA512"; readonly value: string };
  readonly parts?: readonly Part[];
}

export interface Part {
  readonly how: "CONTAINS" | "STATIC_LINK" | "DYNAMIC_LINK";
  readonly component: Component;
}

export const contains = (component: Component): Part => ({ how: "CONTAINS", component });
export const links = (component: Component): Part => ({ how: "STATIC_LINK", component });
export const loads = (component: Component): Part => ({ how: "DYNAMIC_LINK", component });
