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

// sha256Start() → the state of a hash that has seen nothing
DEFINE(sha256Start) {
  SHA256_CTX *state = js_malloc(ctx, sizeof *state);
  if (!state) return JS_EXCEPTION;
  SHA256_Init(state);
  return bytes_new(ctx, (uint8_t *)state, sizeof *state);
}

// sha256Feed(state, fd, limit) → how many bytes of the file were hashed, at most `limit`; 0 at the end
DEFINE(sha256Feed) {
  enum { CHUNK = 1 << 16 };
  size_t length;
  ssize_t got = 0, limit = int_get(ctx, argv[2]), left = limit;
  uint8_t chunk[CHUNK], *state = bytes_get(ctx, argv[0], &length);
  if (!state) return JS_EXCEPTION;
  while (left > 0 && ((got = read(int_get(ctx, argv[1]), chunk, left < CHUNK ? left : CHUNK)) > 0 || (got < 0 && errno == EINTR))) {
    if (got < 0) continue;
    SHA256_Update((SHA256_CTX *)state, chunk, got);
    left -= got;
  }
  return outcome(ctx, got < 0 ? -1 : limit - left);
}

// sha256End(state) → lowercase hex
DEFINE(sha256End) {
  size_t length;
  uint8_t digest[SHA256_DIGEST_LENGTH], *state = bytes_get(ctx, argv[0], &length);
  if (!state) return JS_EXCEPTION;
  SHA256_Final(digest, (SHA256_CTX *)state);
  return hex(ctx, digest);
}

static const JSCFunctionListEntry functions[] = {
    FUNCTION(sha256, 1), FUNCTION(sha256Start, 0), FUNCTION(sha256Feed, 3), FUNCTION(sha256End, 1),
};
const struct table sha256_functions = {functions, COUNT(functions)};
