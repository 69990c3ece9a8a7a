# A script runner with real file targets for what is built. `make help` lists the verbs.
.DELETE_ON_ERROR:
.DEFAULT_GOAL := build

NODE_DEPS := node_modules/.package-lock.json

# Not `npm ci`: it refuses a lock file whose other-platform optional packages a private registry does not carry.
$(NODE_DEPS): package.json package-lock.json
	npm install --no-save --no-fund --no-audit
	@touch $@

ENTRYPOINT_SOURCES := $(shell find entrypoint -name '*.ts')
BUNDLE_FOR_NODE := npx esbuild entrypoint/bin/node.ts --bundle --platform=node --target=node20 --log-level=warning

# execa's dependencies are CommonJS: in a module, require must be made.
dist/entrypoint.mjs: $(ENTRYPOINT_SOURCES) $(NODE_DEPS)
	$(BUNDLE_FOR_NODE) --format=esm --outfile=$@ \
	  --banner:js='import { createRequire } from "node:module"; const require = createRequire(import.meta.url);'
	@chmod 755 $@

build/entrypoint.cjs: $(ENTRYPOINT_SOURCES) $(NODE_DEPS)
	$(BUNDLE_FOR_NODE) --format=cjs --outfile=$@

dist/entrypoint-node: build/entrypoint.cjs tools/single-executable.mjs
	@mkdir -p dist
	node tools/single-executable.mjs $< $@ -- -entrypoint true

include entrypoint/native/native.mk

INJECTOR_SOURCES := $(shell find injector entrypoint/protocol -name '*.ts') package.json

build/cli.cjs: $(INJECTOR_SOURCES) tools/bundle-injector.mjs $(NODE_DEPS)
	node tools/bundle-injector.mjs

# The bundles of the CLI, the library and the SDK come with build/cli.cjs, from one call.
dist/cli.mjs dist/index.mjs dist/sdk.mjs: build/cli.cjs

dist/types: $(INJECTOR_SOURCES) $(NODE_DEPS)
	npx tsc -p tsconfig.types.json
	@touch $@

dist/baton: build/cli.cjs tools/single-executable.mjs
	node tools/single-executable.mjs $< $@ -- --version

.PHONY: build build-all build-node build-baton check test-unit help

build: dist/entrypoint dist/cli.mjs dist/index.mjs dist/sdk.mjs dist/types ## the native entrypoint for this machine, the CLI, the library

build-all: dist/linux-amd64/entrypoint dist/linux-arm64/entrypoint ## the native entrypoint for every architecture

build-baton: dist/baton ## the CLI as a single executable

build-node: dist/entrypoint.mjs dist/entrypoint-node ## the entrypoint on Node: a bundle and a single executable

check: $(NODE_DEPS) ## types, lint, format
	npx tsc -p entrypoint/tsconfig.json
	npx tsc -p tsconfig.json
	npx biome check .

test-unit: $(NODE_DEPS) ## unit tests alone: nothing is built or installed
	npx vitest run --project unit

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'
