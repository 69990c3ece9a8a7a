// The version of the package; a test keeps it equal to package.json, which a static binary does not have at hand.

export const VERSION = "0.1.0";
