// Properties are tried with one seed, so that two runs of `make test` try the same: FC_SEED=n tries others, FC_SEED=random a new one.
import fc from "fast-check";

const { FC_SEED: seed = "1" } = process.env;
if (seed !== "random") fc.configureGlobal({ seed: Number(seed) });
