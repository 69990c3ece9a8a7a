# What a release has, in dist/release/: the npm package, executables of the CLI, the entrypoint's binaries, images, bills of
# materials, completions, the manual page, an action for GitHub, and the checksums of all that. The same bytes from the same sources.
VERSION := $(shell node -p 'require("./package.json").version')
RELEASE := dist/release

dist: images build build-all dist/entrypoint.mjs $(SCHEMAS) ## everything that a release has, in dist/release/
	rm -rf $(RELEASE) && mkdir -p $(RELEASE)
	npm pack --silent --ignore-scripts --pack-destination $(RELEASE) >/dev/null
	for arch in $(ARCHITECTURES); do \
	  cp build/images/$$arch/baton $(RELEASE)/baton-linux-$$arch; \
	  cp dist/linux-$$arch/entrypoint $(RELEASE)/entrypoint-linux-$$arch; \
	done
	for image in baton entrypoint; do \
	  cp dist/images/$$image.tar $(RELEASE)/image-$$image.tar; \
	  cp dist/images/$$image.spdx.json $(RELEASE)/$$image.spdx.json; \
	done
	for shell in bash zsh fish; do node dist/cli.mjs completion $$shell >$(RELEASE)/baton.$$shell; done
	node tools/man.mjs >$(RELEASE)/baton.1
	cp dist/schema.json $(RELEASE)/tasks.schema.json
	cp dist/record.schema.json dist/events.schema.json $(RELEASE)/
	sed 's/@VERSION@/$(VERSION)/' tools/action.yml >$(RELEASE)/action.yml
	cd $(RELEASE) && sha256sum * >SHA256SUMS

PREFIX ?= /usr/local

install: build dist/baton ## the CLI as one executable, the entrypoint beside it, completions and the manual page: PREFIX=/usr/local
	install -D -m 755 dist/baton $(DESTDIR)$(PREFIX)/lib/baton/baton
	install -D -m 755 dist/entrypoint $(DESTDIR)$(PREFIX)/lib/baton/entrypoint
	mkdir -p $(DESTDIR)$(PREFIX)/bin
	ln -sfn ../lib/baton/baton $(DESTDIR)$(PREFIX)/bin/baton
	node dist/cli.mjs completion bash | install -D -m 644 /dev/stdin $(DESTDIR)$(PREFIX)/share/bash-completion/completions/baton
	node dist/cli.mjs completion zsh | install -D -m 644 /dev/stdin $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_baton
	node dist/cli.mjs completion fish | install -D -m 644 /dev/stdin $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/baton.fish
	node tools/man.mjs | install -D -m 644 /dev/stdin $(DESTDIR)$(PREFIX)/share/man/man1/baton.1
