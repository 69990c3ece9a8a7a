// SHA-256, of bytes and of files.
// OpenSSL's old SHA256_* calls on purpose: they need nothing else of libcrypto, and so link into a musl binary.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>
#include <unistd.h>

#include "native.h"

#ifdef __aarch64__
// glibc's name, which libcrypto's probe for processors without hardware capabilities in the auxiliary vector refers to:
// Linux always has them, so this is never called.
_Noreturn void __longjmp_chk(void *environment, int value);
_Noreturn void __longjmp_chk(void *environment, int value) { abort(); }
#endif

static JSValue hex(JSContext *ctx, const uint8_t *digest) {
  char digits[2 * SHA256_DIGEST_LENGTH];
  for (int i = 0; i < COUNT(digits); i++) {
    digits[i] = "0123456789abcdef"[i % 2 ? digest[i / 2] & 15 : digest[i / 2] >> 4];
  }
  return JS_NewStringLen(ctx, digits, sizeof digits);
}

// sha256(bytes) → lowercase hex
DEFINE(sha256) {
  size_t length;
  uint8_t digest[SHA256_DIGEST_LENGTH], *bytes = bytes_get(ctx, argv[0], &length);
  if (!bytes) return JS_EXCEPTION;
  SHA256_CTX state;
  SHA256_Init(&state);
  SHA256_Update(&state, bytes, length);
  SHA256_Final(digest, &state);
  return hex(ctx, digest);
}

// sha256File(fd) → lowercase hex of what is left to read
DEFINE(sha256File) {
  enum { CHUNK = 1 << 17 };
  uint8_t digest[SHA256_DIGEST_LENGTH], *chunk = malloc(CHUNK);
  SHA256_CTX state;
  ssize_t got = -1;
  SHA256_Init(&state);
  while (chunk && ((got = read(int_get(ctx, argv[0]), chunk, CHUNK)) > 0 || (got < 0 && errno == EINTR))) {
    if (got > 0) SHA256_Update(&state, chunk, got);
  }
  free(chunk);
  if (got < 0) return outcome(ctx, -1);
  SHA256_Final(digest, &state);
  return hex(ctx, digest);
}

static const JSCFunctionListEntry functions[] = {FUNCTION(sha256, 1), FUNCTION(sha256File, 1)};
const struct table sha256_functions = {functions, COUNT(functions)};
