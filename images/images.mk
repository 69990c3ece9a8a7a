# The images, for all architectures: from the native entrypoints, and for the CLI from a pinned Node and Debian's libraries.
ARCHITECTURES := amd64 arm64
# What is made for another architecture is tried under QEMU's user mode, with the libraries that it will have.
runner = $(if $(filter $(ARCH),$1),,qemu-$(TRIPLE_$1)-static -L build/images/$1/libraries)

dist/images/baton.tar: build/images.mjs package-lock.json build/quickjs/quickjs.c $(foreach one,$(ARCHITECTURES),\
		dist/linux-$(one)/entrypoint $(foreach part,baton libraries linked,build/images/$(one)/$(part)))
	node $<

build/images.mjs: $(shell find images -name '*.ts') $(ENTRYPOINT_SOURCES) $(NODE_DEPS)
	npx esbuild images/bin/images.ts --bundle --platform=node --format=esm --packages=external --log-level=warning --outfile=$@

build/images/%/baton: build/cli.cjs tools/single-executable.mjs build/node/$(ARCH)/node build/node/%/node build/images/%/libraries
	RUNNER="$(call runner,$*)" build/node/$(ARCH)/node tools/single-executable.mjs $< $@ --node build/node/$*/node -- --version

build/node/%/node: images/toolchain/node.sh
	images/toolchain/node.sh $* $(@D)

# The compiler's tools make apt know the architecture.
build/images/%/libraries: images/toolchain/libraries.sh build/%/tools
	images/toolchain/libraries.sh $* $@

build/images/%/linked: dist/linux-%/entrypoint images/toolchain/linked.sh
	@mkdir -p $(@D)
	images/toolchain/linked.sh /usr/lib/$(TRIPLE_$*)-linux-musl/libc.a /usr/lib/$(TRIPLE_$*)-linux-gnu/libcrypto.a \
	  $$($(call cc,$*) -print-libgcc-file-name) >$@
