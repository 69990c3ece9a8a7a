#!/bin/sh
# Makes the repository that is cloned: SHA-256 in C, with tests and a Containerfile, in three commits, the same ones every
# time.
#   make-repository.sh DIRECTORY
set -eu
mkdir -p "$1"
cd "$1"
[ ! -d .git ] || exit 0

export GIT_AUTHOR_NAME=Ada GIT_AUTHOR_EMAIL=ada@example.com GIT_COMMITTER_NAME=Ada GIT_COMMITTER_EMAIL=ada@example.com
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null

# commit DAY MESSAGE: everything there is, at noon of a day in March.
commit() {
  GIT_AUTHOR_DATE="2026-03-0$1T12:00:00Z"
  GIT_COMMITTER_DATE=$GIT_AUTHOR_DATE
  export GIT_AUTHOR_DATE GIT_COMMITTER_DATE
  git add --all
  git commit --quiet --message "$2"
}

git init --quiet --initial-branch main

cat > sha256.h <<'FILE'
#include <stddef.h>
#include <stdint.h>

struct sha256 {
  uint32_t state[8];
  uint64_t length;
  uint8_t block[64];
};

void sha256_start(struct sha256 *hash);
void sha256_add(struct sha256 *hash, const void *data, size_t length);
void sha256_end(struct sha256 *hash, uint8_t digest[32]);
FILE

cat > sha256.c <<'FILE'
// SHA-256 as FIPS 180-4 has it.
#include "sha256.h"

static const uint32_t constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
    0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
    0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
    0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
    0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
    0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t rotate(uint32_t word, int by) { return word >> by | word << (32 - by); }

static void take_block(struct sha256 *hash) {
  uint32_t w[64], s[8];
  for (int i = 0; i < 16; i++) {
    const uint8_t *b = hash->block + 4 * i;
    w[i] = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
  }
  for (int i = 16; i < 64; i++) {
    uint32_t a = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3;
    uint32_t b = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10;
    w[i] = w[i - 16] + a + w[i - 7] + b;
  }
  for (int i = 0; i < 8; i++) s[i] = hash->state[i];
  for (int i = 0; i < 64; i++) {
    uint32_t e = rotate(s[4], 6) ^ rotate(s[4], 11) ^ rotate(s[4], 25);
    uint32_t t1 = s[7] + e + ((s[4] & s[5]) ^ (~s[4] & s[6])) + constants[i] + w[i];
    uint32_t a = rotate(s[0], 2) ^ rotate(s[0], 13) ^ rotate(s[0], 22);
    uint32_t t2 = a + ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
    for (int j = 7; j > 0; j--) s[j] = s[j - 1];
    s[4] += t1;
    s[0] = t1 + t2;
  }
  for (int i = 0; i < 8; i++) hash->state[i] += s[i];
}

void sha256_start(struct sha256 *hash) {
  *hash = (struct sha256){.state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19}};
}

void sha256_add(struct sha256 *hash, const void *data, size_t length) {
  const uint8_t *bytes = data;
  for (size_t i = 0; i < length; i++) {
    hash->block[hash->length++ % 64] = bytes[i];
    if (hash->length % 64 == 0) take_block(hash);
  }
}

void sha256_end(struct sha256 *hash, uint8_t digest[32]) {
  uint64_t bits = hash->length * 8;
  sha256_add(hash, "\x80", 1);
  while (hash->length % 64 != 56) sha256_add(hash, "", 1);
  for (int i = 56; i >= 0; i -= 8) sha256_add(hash, &(uint8_t){(uint8_t)(bits >> i)}, 1);
  for (int i = 0; i < 32; i++) digest[i] = (uint8_t)(hash->state[i / 4] >> (24 - i % 4 * 8));
}
FILE

cat > digest.c <<'FILE'
// digest: prints the SHA-256 of its standard input.
#include "sha256.h"
#include <stdio.h>

int main(void) {
  static uint8_t buffer[1 << 16];
  struct sha256 hash;
  uint8_t digest[32];
  sha256_start(&hash);
  for (size_t got; (got = fread(buffer, 1, sizeof buffer, stdin)) > 0;) sha256_add(&hash, buffer, got);
  if (ferror(stdin)) return 1;
  sha256_end(&hash, digest);
  for (size_t i = 0; i < sizeof digest; i++) printf("%02x", digest[i]);
  return putchar('\n') == EOF;
}
FILE

cat > Makefile <<'FILE'
# Everything is made in OUT, so that a source that cannot be written will do.
OUT ?= .
CFLAGS = -std=c11 -O2 -Wall -Wextra -Werror
SOURCES = sha256.c digest.c

digest: $(SOURCES)
	$(CC) $(CFLAGS) -static -s -o $(OUT)/$@ $(SOURCES)

.PHONY: digest
FILE
commit 1 "compute SHA-256"

cat > test.c <<'FILE'
// The examples of FIPS 180-4, and nothing.
#include "sha256.h"
#include <stdio.h>
#include <string.h>

static int failed;

static void expect(const char *what, struct sha256 *hash, const char *wanted) {
  uint8_t digest[32];
  char text[65];
  sha256_end(hash, digest);
  for (int i = 0; i < 32; i++) sprintf(text + 2 * i, "%02x", digest[i]);
  int same = strcmp(text, wanted) == 0;
  printf("%s: %s\n", what, same ? "ok" : text);
  failed |= !same;
}

int main(void) {
  static char many[1000000];
  struct sha256 hash;
  sha256_start(&hash);
  sha256_add(&hash, "abc", 3);
  expect("abc", &hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  sha256_start(&hash);
  expect("nothing", &hash, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  memset(many, 'a', sizeof many);
  sha256_start(&hash);
  sha256_add(&hash, many, sizeof many);
  expect("a million times a", &hash, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  return failed;
}
FILE

cat >> Makefile <<'FILE'

# What the analyzer of GCC finds beyond its warnings.
lint:
	$(CC) $(CFLAGS) -fanalyzer -c -o /dev/null sha256.c
	$(CC) $(CFLAGS) -fanalyzer -c -o /dev/null digest.c

test:
	$(CC) $(CFLAGS) -static -o $(OUT)/test sha256.c test.c
	$(OUT)/test

.PHONY: lint test
FILE
commit 2 "test and lint it"

cat > Containerfile <<'FILE'
# The image holds the program and nothing else.
ARG TOOLCHAIN
FROM $TOOLCHAIN AS build
WORKDIR /source
COPY . .
RUN make CC=musl-gcc digest

FROM scratch
COPY --from=build /source/digest /digest
ENTRYPOINT ["/digest"]
FILE
commit 3 "put it into an image"
