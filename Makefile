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
dist/cli.mjs dist/cli.code dist/index.mjs dist/sdk.mjs: build/cli.cjs

dist/types: $(INJECTOR_SOURCES) $(NODE_DEPS)
	rm -rf $@
	npx tsc -p tsconfig.types.json
	@touch $@

dist/baton: build/cli.cjs tools/single-executable.mjs
	node tools/single-executable.mjs $< $@ -- --version

dist/schema.json: build/cli.cjs
	node dist/cli.mjs schema >$@

dist/record.schema.json dist/events.schema.json: dist/%.schema.json: build/cli.cjs
	node dist/cli.mjs schema --of $* >$@

include images/images.mk
include tools/release.mk

build/bare: bench/bare.c build/$(ARCH)/tools
	$(call cc,$(ARCH)) -static -Os -s -Wall -Wextra -Werror -o $@ $<

build/bench/%.mjs: bench/%.ts $(wildcard bench/*.ts) test/e2e/_engines.ts $(wildcard test/kubelet/_*.ts images/*.ts) $(NODE_DEPS)
	npx esbuild $< --bundle --platform=node --format=esm --packages=external --log-level=warning --outfile=$@

.PHONY: cluster dist install images bench bench-kubernetes build build-all build-node build-baton run picture docs example check test test-unit test-blackbox adversary test-arm64 test-e2e test-order test-kubelet conformance compare kubernetes engines help

SCHEMAS := dist/schema.json dist/record.schema.json dist/events.schema.json

build: dist/entrypoint dist/cli.mjs dist/index.mjs dist/sdk.mjs $(SCHEMAS) dist/types ## the native entrypoint for this machine, the CLI, the library

images: dist/images/baton.tar ## the images of the entrypoint and of the CLI, amd64 and arm64, as OCI layouts and archives

BENCH_FIGURES := build/bench/figures.ndjson
bench: export BENCH_FIGURES := $(BENCH_FIGURES)
bench: dist/entrypoint dist/entrypoint.mjs build/bare build/bench/entrypoint.mjs build/bench/plan.mjs build/bench/cli.mjs build/bench/cache.mjs build/bench/containers.mjs build/bench/example.mjs build/bench/table.mjs dist/cli.mjs engines ## the tables of docs/measured.md; TEKTON_ENTRYPOINT=file adds it
	@rm -f $(BENCH_FIGURES)
	node build/bench/entrypoint.mjs
	node build/bench/plan.mjs
	node build/bench/cli.mjs
	node build/bench/cache.mjs
	node build/bench/containers.mjs
	@tools/need.sh $(EXAMPLE_NEEDS)
	tools/podman.sh build/podman examples/git-build-push/with-services.sh build/example node build/bench/example.mjs
	node build/bench/table.mjs

bench-kubernetes: kubernetes dist/entrypoint dist/cli.mjs build/bench/kubernetes.mjs ## chains of steps on Kubernetes itself, which `make cluster` builds; TEKTON_ENTRYPOINT=file adds it
	KUBERNETES="$(PROGRAMS)" node build/bench/kubernetes.mjs

build-all: dist/linux-amd64/entrypoint dist/linux-arm64/entrypoint ## the native entrypoint for every architecture

build-baton: dist/baton ## the CLI as a single executable

build-node: dist/entrypoint.mjs dist/entrypoint-node ## the entrypoint on Node: a bundle and a single executable

# Without a native build the demo runs on Node's, and says so; without bubblewrap it runs with other paths.
run: dist/cli.mjs ## the demo of the README: clone, build, publish, as one run
	@tools/need.sh git:git
	@tools/need.sh bwrap:bubblewrap || true
	@$(MAKE) --no-print-directory --silent dist/entrypoint || $(MAKE) --no-print-directory dist/entrypoint.mjs
	@examples/clone-build-publish/make-repository.sh build/demo/repository
	@mkdir -p build/demo/store
	node dist/cli.mjs run examples/clone-build-publish \
	  -w name=repository,path=build/demo/repository -w name=data,emptyDir= -w name=store,path=build/demo/store

EXAMPLE_NEEDS := git:git buildah:buildah skopeo:skopeo docker-registry:docker-registry busybox:busybox-static \
  gcc:gcc make:make musl-gcc:musl-tools

# The podman has a store of its own, in build/.
picture: dist/cli.mjs dist/entrypoint ## the picture of a run in the README, recorded anew
	@tools/need.sh bwrap:bubblewrap script:bsdutils
	node tools/record.mjs >build/run.svg && mv build/run.svg docs/pictures/run.svg

example: build ## the example with real tools: clone, lint, test, build, push and verify an image, as one pod
	@tools/need.sh podman:podman runc:runc catatonit:catatonit $(EXAMPLE_NEEDS)
	@mkdir -p build/bin && ln -sf ../../dist/cli.mjs build/bin/baton
	@PATH="$(CURDIR)/build/bin:$$PATH" tools/podman.sh build/podman examples/git-build-push/run.sh build/example podman

# TypeDoc reads TypeScript 6, which this project is not compiled with: it has a folder of its own.
build/typedoc/node_modules: tools/typedoc/package.json tools/typedoc/package-lock.json
	@mkdir -p build/typedoc && cp $^ tools/typedoc/typedoc.json build/typedoc/
	npm install --prefix build/typedoc --no-fund --no-audit
	@touch $@

docs: build/typedoc/node_modules $(NODE_DEPS) ## the reference of the library as HTML, build/reference/index.html
	build/typedoc/node_modules/.bin/typedoc --options tools/typedoc/typedoc.json

check: $(NODE_DEPS) ## types, lint, format, nothing unused
	npx tsc -p entrypoint/tsconfig.json
	npx tsc -p tsconfig.json
	npx biome check .
	npx knip

# Debian's names; docker's compose plugin is not in every release, so it may come from a later one.
engines: ## container engines for the e2e tests, which start them by themselves
	@tools/need.sh podman:podman skopeo:skopeo runc:runc catatonit:catatonit dockerd:docker.io busybox:busybox-static docker-registry:docker-registry
	@tools/compose.sh build/docker
	@tools/cosign.sh build/cosign

test: $(if $(KUBERNETES),kubernetes) check build dist/baton dist/entrypoint.mjs images engines ## everything CI runs; the last line is "N passed, N failed"
	@tools/need.sh bwrap:bubblewrap ps:procps setpriv:util-linux openssl:openssl chromium:chromium python3:python3 $(EXAMPLE_NEEDS)
	npx vitest run

test-blackbox: build dist/entrypoint.mjs ## the built entrypoints as processes
	@tools/need.sh bwrap:bubblewrap ps:procps
	npx vitest run --project blackbox

ENTRYPOINT_TESTS := $(shell grep -l 'describe.each(BUILDS)' test/blackbox/*.test.ts)

test-arm64: dist/linux-arm64/entrypoint ## the same tests on the arm64 entrypoint, under QEMU's user mode
	@tools/need.sh bwrap:bubblewrap ps:procps qemu-aarch64-static:qemu-user-static
	ENTRYPOINT_BUILDS=arm64 npx vitest run --project blackbox $(ENTRYPOINT_TESTS)

adversary: build dist/entrypoint.mjs engines ## attacks on steps, their files and engines: ADVERSARY_SECONDS (60), ADVERSARY_SEED
	@tools/need.sh bwrap:bubblewrap ps:procps
	ADVERSARY_SEED=$${ADVERSARY_SEED:-$$(date +%s)}; export ADVERSARY_SEED; echo "ADVERSARY_SEED=$$ADVERSARY_SEED"; npx vitest run --project adversary

test-e2e: build dist/baton dist/entrypoint.mjs images engines ## whole runs through the built CLI
	@tools/need.sh bwrap:bubblewrap ps:procps setpriv:util-linux openssl:openssl chromium:chromium python3:python3 $(EXAMPLE_NEEDS)
	npx vitest run --project e2e

# Kubernetes' and containerd's programs: where KUBERNETES says, or where `make cluster` puts them.
PROGRAMS = $(or $(KUBERNETES),$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/baton/kubernetes)

cluster: ## builds Kubernetes and containerd by Go, once, for test-kubelet and bench-kubernetes; some minutes
	@test -x "$(PROGRAMS)/ctr" || test/kubelet/build.sh "$(PROGRAMS)"
	@echo "Kubernetes is in $(PROGRAMS)"

kubernetes:
	@test -x "$(PROGRAMS)/kubelet" || { echo "there is no kubelet in $(PROGRAMS): \`make cluster\` builds one, and KUBERNETES names another folder"; exit 1; }
	@tools/need.sh runc:runc etcd:etcd-server busybox:busybox-static

test-kubelet: kubernetes build ## what is compiled, on Kubernetes itself, which `make cluster` builds
	@tools/need.sh docker-registry:docker-registry skopeo:skopeo
	KUBERNETES="$(PROGRAMS)" npx vitest run --project kubelet

test-order: build engines ## chains of 20 steps, each told in its order: ORDER_ROUNDS (100) on each engine
	@tools/need.sh bwrap:bubblewrap
	ORDER_ROUNDS=$${ORDER_ROUNDS:-100} npx vitest run --project e2e --testTimeout 7200000 test/e2e/order.test.ts

# What the stand-ins for Tekton's images are made of, besides Node.
STAND_INS := busybox:busybox-static bash:bash git:git ssh:openssh-client sshd:openssh-server perl:perl-base python3:python3-minimal

build/conformance.mjs: $(wildcard test/conformance/*.ts) test/e2e/_engines.ts $(INJECTOR_SOURCES) $(NODE_DEPS)
	npx esbuild test/conformance/run.ts --bundle --platform=node --format=esm --packages=external --log-level=warning --outfile=$@

conformance: dist/entrypoint dist/cli.mjs build/conformance.mjs engines ## Tekton's own examples on every backend: TEKTON=folder, a checkout of tektoncd/pipeline (docs/conformance.md)
	@test -d "$(TEKTON)/examples" || { echo "TEKTON names no checkout of tektoncd/pipeline"; exit 1; }
	@tools/need.sh bwrap:bubblewrap $(STAND_INS)
	TEKTON="$(TEKTON)" node build/conformance.mjs

build/compare.mjs: $(wildcard test/conformance/*.ts) test/e2e/_engines.ts $(INJECTOR_SOURCES) $(NODE_DEPS)
	npx esbuild test/conformance/compare.ts --bundle --platform=node --format=esm --packages=external --log-level=warning --outfile=$@

compare: dist/entrypoint dist/cli.mjs build/compare.mjs engines ## tkn-act beside Baton on one docker: TKN_ACT=program TKN_ACT_FIXTURES=folder TEKTON=folder (docs/tkn-act.md)
	@tools/need.sh $(STAND_INS)
	TEKTON="$(TEKTON)" TKN_ACT="$(TKN_ACT)" TKN_ACT_FIXTURES="$(TKN_ACT_FIXTURES)" node build/compare.mjs

test-unit: $(NODE_DEPS) ## unit tests alone: nothing is built or installed
	npx vitest run --project unit

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'
