# The native entrypoint: TypeScript → one bundle → bytecode → C → a static binary, per architecture (Go's names).
.SECONDARY:
ARCH := $(shell uname -m | sed 's/x86_64/amd64/; s/aarch64/arm64/')
NATIVE := entrypoint/native
TOOLCHAIN := $(NATIVE)/toolchain
TRIPLE_amd64 := x86_64
TRIPLE_arm64 := aarch64
cc = $(if $(filter $(ARCH),$1),musl-gcc,$(TRIPLE_$1)-linux-gnu-gcc -specs /usr/lib/$(TRIPLE_$1)-linux-musl/musl-gcc.specs)
# Sections, so that the linker drops what is not used; no path of this machine in the product.
CFLAGS := -Os -std=gnu11 -D_GNU_SOURCE -ffunction-sections -fdata-sections -ffile-prefix-map=$(CURDIR)=.
# QuickJS's own header casts function types. musl has no OpenSSL headers, so the system's are looked at last.
OURS = -Wall -Wextra -Werror -Wno-unused-parameter -Wno-cast-function-type -I$(NATIVE) -Ibuild/quickjs \
	-idirafter /usr/include -idirafter /usr/include/$(TRIPLE_$1)-linux-gnu
ENGINE := quickjs libregexp libunicode cutils dtoa
C_FILES := main memory text sha256 store files waiting ahead processes hermetic pump

# What a native program is made from: make build/test/NAME builds any of them for this machine.
PROGRAM_entrypoint := entrypoint/bin/quickjs.ts
PROGRAM_host-contract := test/contract/host/quickjs-program.ts
link = $(call cc,$1) -static -s -Wl,--gc-sections -Wl,--build-id=none $(call OURS,$1) $(CFLAGS) -o $@ \
	build/programs/$2/bytecode.c build/$1/native.a build/$1/engine.a \
	/usr/lib/$(TRIPLE_$1)-linux-gnu/libcrypto.a -lm

dist/entrypoint: dist/linux-$(ARCH)/entrypoint
	cp $< $@

dist/linux-%/entrypoint: build/%/native.a build/%/engine.a build/programs/entrypoint/bytecode.c
	@mkdir -p $(@D)
	$(call link,$*,entrypoint)

build/test/%: build/$(ARCH)/native.a build/$(ARCH)/engine.a build/programs/%/bytecode.c
	@mkdir -p $(@D)
	$(call link,$(ARCH),$*)

build/programs/%/bytecode.c: $(ENTRYPOINT_SOURCES) $(TOOLCHAIN)/bundle.mjs build/bytecode $(NODE_DEPS)
	@mkdir -p $(@D)
	build/bytecode $@ $(@D)/js $$(node $(TOOLCHAIN)/bundle.mjs $(@D)/js $(PROGRAM_$*))

build/programs/host-contract/bytecode.c: $(shell find test/contract -name '*.ts' 2>/dev/null)

# The same program under the sanitizers: for the black-box suite, by hand, when the C files change.
build/sanitized/entrypoint: $(C_FILES:%=$(NATIVE)/%.c) build/programs/entrypoint/bytecode.c
	@mkdir -p $(@D)
	gcc -g -O1 -fsanitize=address -D_GNU_SOURCE -DCONFIG_VERSION='"2025-04-26"' -w -c build/quickjs/quickjs.c -o $(@D)/quickjs.o
	gcc -g -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined -D_GNU_SOURCE -w -I$(NATIVE) -Ibuild/quickjs -o $@ $^ \
		$(@D)/quickjs.o $(filter-out build/quickjs/quickjs.c,$(ENGINE:%=build/quickjs/%.c)) -lcrypto -lm -lpthread

build/bytecode: $(TOOLCHAIN)/bytecode.c build/$(ARCH)/engine.a
	$(call cc,$(ARCH)) -static -O1 -Ibuild/quickjs -o $@ $^ -lm

build/%/native.a: $(C_FILES:%=$(NATIVE)/%.c) $(NATIVE)/native.h build/quickjs/quickjs.c build/%/tools
	@rm -rf $(@D)/native $@ && mkdir -p $(@D)/native
	for file in $(C_FILES); do \
		$(call cc,$*) $(CFLAGS) $(call OURS,$*) -c $(NATIVE)/$$file.c -o $(@D)/native/$$file.o || exit 1; done
	ar rcsD $@ $(C_FILES:%=$(@D)/native/%.o)

build/%/engine.a: build/quickjs/quickjs.c build/%/tools
	@rm -rf $(@D)/engine $@ && mkdir -p $(@D)/engine
	for file in $(ENGINE); do \
		$(call cc,$*) $(CFLAGS) -DCONFIG_VERSION='"2025-04-26"' -c build/quickjs/$$file.c -o $(@D)/engine/$$file.o || exit 1; done
	ar rcsD $@ $(ENGINE:%=$(@D)/engine/%.o)

build/quickjs/quickjs.c: $(TOOLCHAIN)/quickjs.sh
	$(TOOLCHAIN)/quickjs.sh $(@D)
	@touch $@

build/%/tools: $(TOOLCHAIN)/tools.sh
	$(TOOLCHAIN)/tools.sh $*
	@mkdir -p $(@D) && touch $@
