// Files, one system call per function.
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "native.h"

// As the kernel has it: its headers for another architecture would be a package more.
#ifndef RENAME_EXCHANGE
#define RENAME_EXCHANGE (1 << 1)
#endif

// A call that takes one or two paths and gives 0 or -errno.
#define PATH_CALL(name, call)                            \
  DEFINE(name) {                                         \
    const char *path = text(ctx, argv[0]);               \
    if (!path) return JS_EXCEPTION;                      \
    JSValue result = outcome(ctx, call);                 \
    JS_FreeCString(ctx, path);                           \
    return result;                                       \
  }
#define TWO_PATH_CALL(name, call)                        \
  DEFINE(name) {                                         \
    const char *path = text(ctx, argv[0]);               \
    const char *other = path ? text(ctx, argv[1]) : NULL;\
    JSValue result = other ? outcome(ctx, call(path, other)) : JS_EXCEPTION; \
    JS_FreeCString(ctx, other);                          \
    JS_FreeCString(ctx, path);                           \
    return result;                                       \
  }

// The C library's open() makes a second call, for kernels that do not know O_CLOEXEC.
static long open_file(const char *path, int flags, int mode) {
  return syscall(SYS_openat, AT_FDCWD, path, flags | O_CLOEXEC | O_LARGEFILE, mode);
}
enum { EXCHANGE = 1 << 1 };  // RENAME_EXCHANGE of linux/fs.h, which a cross compiler does not come with
long exchange_in(int directory, const char *one, const char *other) {
  return syscall(SYS_renameat2, directory, one, directory, other, EXCHANGE);
}
static long exchange_names(const char *one, const char *other) { return exchange_in(AT_FDCWD, one, other); }

// open(path, flags, mode) → descriptor, closed on exec
PATH_CALL(open, open_file(path, int_get(ctx, argv[1]), int_get(ctx, argv[2])))
// openUnnamed(directory, mode) → descriptor of a file that has no name yet
PATH_CALL(openUnnamed, open_file(path, O_TMPFILE | O_WRONLY, int_get(ctx, argv[1])))
PATH_CALL(mkdir, mkdir(path, int_get(ctx, argv[1])))
PATH_CALL(mkfifo, mkfifo(path, int_get(ctx, argv[1])))
PATH_CALL(chmod, chmod(path, int_get(ctx, argv[1])))
PATH_CALL(unlink, unlink(path))
PATH_CALL(rmdir, rmdir(path))
PATH_CALL(chdir, chdir(path))
TWO_PATH_CALL(rename, rename)
// exchange(one, other): both must exist; each gets the other's name, at once
TWO_PATH_CALL(exchange, exchange_names)
// symlink(target, path)
TWO_PATH_CALL(symlink, symlink)

DEFINE(close) { return outcome(ctx, close(int_get(ctx, argv[0]))); }
DEFINE(fchmod) { return outcome(ctx, fchmod(int_get(ctx, argv[0]), int_get(ctx, argv[1]))); }
DEFINE(isatty) { return outcome(ctx, isatty(int_get(ctx, argv[0])) ? 1 : 0); }

static JSValue status_of(JSContext *ctx, int failed, const struct stat *status) {
  if (failed) return outcome(ctx, -1);
  JSValue list = JS_NewArray(ctx);
  JS_SetPropertyUint32(ctx, list, 0, JS_NewInt64(ctx, status->st_mode));
  JS_SetPropertyUint32(ctx, list, 1, JS_NewInt64(ctx, status->st_size));
  return list;
}

// stat(path) and lstat(path) → [st_mode, st_size]
DEFINE(stat) {
  struct stat status;
  const char *path = text(ctx, argv[0]);
  if (!path) return JS_EXCEPTION;
  int failed = stat(path, &status);
  JS_FreeCString(ctx, path);
  return status_of(ctx, failed, &status);
}

DEFINE(lstat) {
  struct stat status;
  const char *path = text(ctx, argv[0]);
  if (!path) return JS_EXCEPTION;
  int failed = lstat(path, &status);
  JS_FreeCString(ctx, path);
  return status_of(ctx, failed, &status);
}

// isNoExec(path) → 1 where the file system is mounted noexec
DEFINE(isNoExec) {
  struct statvfs system;
  const char *path = text(ctx, argv[0]);
  if (!path) return JS_EXCEPTION;
  int failed = statvfs(path, &system);
  JS_FreeCString(ctx, path);
  return outcome(ctx, failed ? -1 : (system.f_flag & ST_NOEXEC) != 0);
}

// read(descriptor, size) → at most that many bytes; none at the end
DEFINE(read) {
  int32_t size = int_get(ctx, argv[1]);
  uint8_t *bytes = js_malloc(ctx, size + 1);
  if (!bytes) return JS_EXCEPTION;
  ssize_t got = read(int_get(ctx, argv[0]), bytes, size);
  if (got < 0) {
    JSValue failure = outcome(ctx, -1);
    js_free(ctx, bytes);
    return failure;
  }
  uint8_t *exact = got < size ? js_realloc(ctx, bytes, got + 1) : bytes;
  return bytes_new(ctx, exact ? exact : bytes, got);
}

// write(descriptor, bytes, from) → how many bytes were written, counting on from byte `from`
DEFINE(write) {
  size_t length, from = int_get(ctx, argv[2]);
  uint8_t *bytes = bytes_get(ctx, argv[1], &length);
  return bytes ? outcome(ctx, write(int_get(ctx, argv[0]), bytes + from, length - from)) : JS_EXCEPTION;
}

// name(descriptor, path): gives an unnamed file its name; -EEXIST where that is taken
DEFINE(name) {
  char file[32];
  const char *path = text(ctx, argv[1]);
  if (!path) return JS_EXCEPTION;
  snprintf(file, sizeof file, "/proc/self/fd/%d", int_get(ctx, argv[0]));
  JSValue result = outcome(ctx, linkat(AT_FDCWD, file, AT_FDCWD, path, AT_SYMLINK_FOLLOW));
  JS_FreeCString(ctx, path);
  return result;
}

// sendfile(to, from) → how many bytes were copied; 0 at the end
DEFINE(sendfile) {
  return outcome(ctx, sendfile(int_get(ctx, argv[0]), int_get(ctx, argv[1]), NULL, 1 << 30));
}

// readdir(path) → names, in no order, without "." and ".."
DEFINE(readdir) {
  const char *path = text(ctx, argv[0]);
  if (!path) return JS_EXCEPTION;
  DIR *directory = opendir(path);
  JS_FreeCString(ctx, path);
  if (!directory) return outcome(ctx, -1);
  JSValue names = JS_NewArray(ctx);
  uint32_t count = 0;
  for (struct dirent *entry; (entry = readdir(directory));) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    JSValue name = text_from_bytes(ctx, (const uint8_t *)entry->d_name, strlen(entry->d_name), 1);
    JS_SetPropertyUint32(ctx, names, count++, name);
  }
  closedir(directory);
  return names;
}

// readlink(path) → target
DEFINE(readlink) {
  char target[4096];
  const char *path = text(ctx, argv[0]);
  if (!path) return JS_EXCEPTION;
  ssize_t length = readlink(path, target, sizeof target);
  JS_FreeCString(ctx, path);
  return length < 0 ? outcome(ctx, -1) : text_from_bytes(ctx, (const uint8_t *)target, length, 1);
}

static const JSCFunctionListEntry functions[] = {
    FUNCTION(open, 3), FUNCTION(openUnnamed, 2), FUNCTION(name, 2),   FUNCTION(close, 1),  FUNCTION(read, 2),    FUNCTION(write, 3),    FUNCTION(sendfile, 2),
    FUNCTION(stat, 1),   FUNCTION(lstat, 1),  FUNCTION(isNoExec, 1), FUNCTION(isatty, 1),  FUNCTION(readdir, 1),
    FUNCTION(readlink, 1), FUNCTION(mkdir, 2), FUNCTION(mkfifo, 2), FUNCTION(chmod, 2),    FUNCTION(fchmod, 2),
    FUNCTION(unlink, 1), FUNCTION(rmdir, 1),  FUNCTION(rename, 2), FUNCTION(exchange, 2),  FUNCTION(symlink, 2), FUNCTION(chdir, 1),
};
const struct table file_functions = {functions, COUNT(functions)};
