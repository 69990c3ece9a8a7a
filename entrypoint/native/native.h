// What the C files share: how values cross the border, and the tables that make up the module "baton:native".
// Every function there is one system call, or the little that JavaScript cannot do; failures are -errno, policy is
// in hosts/quickjs.
#pragma once

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/types.h>

#include "quickjs.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))
#define FUNCTION(name, argc) JS_CFUNC_DEF(#name, argc, native_##name)
#define DEFINE(name) \
  static JSValue native_##name(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)

// The result of a system call as JavaScript sees it: a number, or -errno.
static inline JSValue outcome(JSContext *ctx, int64_t result) {
  return JS_NewInt64(ctx, result < 0 ? -errno : result);
}

// A NULL-terminated list of C strings made from an array of strings; one allocation per string, all freed together.
struct words {
  char **list;
};
int words_get(JSContext *ctx, JSValueConst array, struct words *words);
void words_free(JSContext *ctx, struct words *words);

// What is to be started, and how.
struct command {
  struct words files, argv, environment;
  int descriptors[3];
  int grouped;    // its process group is made already
  int terminal;   // standard input is one: it is given to the command
  int hermetic;   // in namespaces of its own
  int report[2];  // a pipe that ends when the command is executed, or brings the errno of why it was not
  pid_t child;    // once it has been run; -1 where it could not be
};
int command_get(JSContext *ctx, struct command *command, JSValueConst *argv);
void command_free(JSContext *ctx, struct command *command);
pid_t command_run(struct command *command);
pid_t command_start(struct command *command);
pid_t command_start_hermetic(struct command *command);

// Text as bytes. U+DC80..U+DCFF stand for bytes that are no UTF-8 (as text_from_bytes makes them when asked to keep
// them) and become those bytes again; other lone surrogates become U+FFFD. Free with JS_FreeCString.
const char *text_bytes(JSContext *ctx, JSValueConst text, size_t *length);
static inline const char *text(JSContext *ctx, JSValueConst value) {
  return text_bytes(ctx, value, NULL);
}
JSValue text_from_bytes(JSContext *ctx, const uint8_t *bytes, size_t length, int keep_bytes);

// A Uint8Array that owns `bytes` (made by js_malloc).
JSValue bytes_new(JSContext *ctx, uint8_t *bytes, size_t length);
// The content of a Uint8Array; NULL with an exception pending where it is none.
uint8_t *bytes_get(JSContext *ctx, JSValueConst value, size_t *length);
int32_t int_get(JSContext *ctx, JSValueConst value);
int32_t int_at(JSContext *ctx, JSValueConst array, int index);
JSValue int_list(JSContext *ctx, const int32_t *numbers, int count);

// Starts a process that copies the stream `from` to `to` and to the file `copy`, until the stream ends or, once
// `control` has ended, until all that was in the pipe then has been copied. Its exit code is the errno of the file.
int pump_start(int from, int to, int copy, int control);

// Closes all other descriptors in a process that lives on beside this one: above all the pipe whose end tells of this
// step's death, which a copy of it would hide.
void keep_only(const int *kept, int count);

// Gives each of two names in one directory what the other one has, at once.
long exchange_in(int directory, const char *one, const char *other);

// What is at `path` below the directory `root`, never reached through a link or outside of it.
int open_below(int root, const char *path, int flags, int mode);

// Makes the calls that were decided ahead, where their conditions hold. For whoever has just been woken.
void ahead_make(void);

extern const JSMallocFunctions memory_functions;

struct table {
  const JSCFunctionListEntry *entries;
  int count;
};
extern const struct table file_functions, process_functions, wait_functions, ahead_functions, text_functions, sha256_functions, store_functions;

// One bundled JavaScript module as bytecode (made by toolchain/bytecode.c).
struct blob {
  const char *name;
  const uint8_t *bytes;
  uint32_t length;
};
extern const struct blob blobs[];
extern const int blob_count;
