# A script runner with real file targets for what is built. `make help` lists the verbs.
.DELETE_ON_ERROR:
.DEFAULT_GOAL := build

NODE_DEPS := node_modules/.package-lock.json

# Not `npm ci`: it refuses a lock file whose other-platform optional packages a private registry does not carry.
$(NODE_DEPS): package.json package-lock.json
	npm install --no-save --no-fund --no-audit
	@touch $@

.PHONY: check test-unit help

check: $(NODE_DEPS) ## types, lint, format
	npx tsc -p entrypoint/tsconfig.json
	npx tsc -p tsconfig.json
	npx biome check .

test-unit: $(NODE_DEPS) ## unit tests alone: nothing is built or installed
	npx vitest run --project unit

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'
