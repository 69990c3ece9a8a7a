// Files, one system call per function.
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/un.h>
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

// As the kernel has them: openat2(2) is younger than some C libraries.
enum { OPENAT2 = 437, BENEATH = 0x08, NO_SYMLINKS = 0x04, NO_MAGICLINKS = 0x02 };
struct open_how {
  uint64_t flags, mode, resolve;
};

// Without openat2: name by name, each a directory and no link. ELOOP where one is a link, as the kernel's own call says.
static int walk_beneath(int root, const char *path, int flags, int mode) {
  struct stat status;
  char name[256];
  int at = dup(root);
  while (at >= 0) {
    size_t length = strcspn(path, "/");
    size_t slashes = strspn(path + length, "/");
    int is_last = path[length + slashes] == 0;
    if (length >= sizeof name) errno = ENAMETOOLONG;
    else if (length == 2 && memcmp(path, "..", 2) == 0) errno = EXDEV;
    else errno = 0;
    int next = -1;
    memcpy(name, path, length < sizeof name ? length : 0);
    name[length < sizeof name ? length : 0] = 0;
    if (errno == 0 && !is_last) next = openat(at, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    // Slashes at the end say that it is a directory.
    int last_flags = flags | O_NOFOLLOW | O_CLOEXEC | (slashes > 0 ? O_DIRECTORY : 0);
    if (errno == 0 && is_last) next = openat(at, name, last_flags, mode);
    int error = next < 0 ? errno : 0;
    int is_link = (next < 0 ? fstatat(at, name, &status, AT_SYMLINK_NOFOLLOW) : fstat(next, &status)) == 0 && S_ISLNK(status.st_mode);
    if (is_link && error != EXDEV && error != EEXIST) error = ELOOP;
    close(at);
    if (error && next >= 0) close(next);
    if (error) errno = error;
    if (error || is_last) return error ? -1 : next;
    at = next;
    path += length + slashes;
  }
  return -1;
}

// An old container runtime's filter answers EPERM for what it does not know.
static long open_beneath(int root, const char *path, int flags, int mode) {
  struct open_how how = {flags | O_CLOEXEC, flags & O_CREAT ? mode : 0, BENEATH | NO_SYMLINKS | NO_MAGICLINKS};
  long file = syscall(OPENAT2, root, path, &how, sizeof how);
  return file >= 0 || (errno != ENOSYS && errno != EPERM) ? file : walk_beneath(root, path, flags, mode);
}

int open_below(int root, const char *path, int flags, int mode) { return (int)open_beneath(root, path, flags, mode); }

// open(path, flags, mode) → descriptor, closed on exec
PATH_CALL(open, open_file(path, int_get(ctx, argv[1]), int_get(ctx, argv[2])))
// openUnnamed(directory, mode) → descriptor of a file that has no name yet
PATH_CALL(openUnnamed, open_file(path, O_TMPFILE | O_WRONLY, int_get(ctx, argv[1])))
PATH_CALL(mkdir, mkdir(path, int_get(ctx, argv[1])))
PATH_CALL(chmod, chmod(path, int_get(ctx, argv[1])))
PATH_CALL(unlink, unlink(path))
PATH_CALL(rmdir, rmdir(path))
PATH_CALL(chdir, chdir(path))
TWO_PATH_CALL(rename, rename)
// exchange(one, other): both must exist; each gets the other's name, at once
TWO_PATH_CALL(exchange, exchange_names)
// symlink(target, path)
TWO_PATH_CALL(symlink, symlink)

static JSValue beneath(JSContext *ctx, JSValueConst *argv, int flags, int mode) {
  const char *root = text(ctx, argv[0]);
  const char *path = root ? text(ctx, argv[1]) : NULL;
  long file = path ? open_file(root, O_PATH | O_DIRECTORY, 0) : -1;
  if (file >= 0 && *path) {
    int directory = (int)file;
    file = open_beneath(directory, path, flags, mode);
    int error = errno;
    close(directory);
    errno = error;
  }
  JSValue result = path ? outcome(ctx, file) : JS_EXCEPTION;
  JS_FreeCString(ctx, path);
  JS_FreeCString(ctx, root);
  return result;
}

// openBeneath(root, path, flags, mode) → descriptor of what is at `path` below the directory `root`, never reached through
// a link: -ELOOP; never outside of it: -EXDEV
DEFINE(openBeneath) { return beneath(ctx, argv, int_get(ctx, argv[2]), int_get(ctx, argv[3])); }

// directoryBeneath(root, path) → descriptor of a directory, good for names below it alone; "" is the root itself
DEFINE(directoryBeneath) { return beneath(ctx, argv, O_PATH | O_DIRECTORY, 0); }

DEFINE(close) { return outcome(ctx, close(int_get(ctx, argv[0]))); }
DEFINE(fchmod) { return outcome(ctx, fchmod(int_get(ctx, argv[0]), int_get(ctx, argv[1]))); }
DEFINE(isatty) { return outcome(ctx, isatty(int_get(ctx, argv[0])) ? 1 : 0); }

// socket() → descriptor of a stream socket of this machine, not blocking
DEFINE(socket) { return outcome(ctx, socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)); }

// bind(socket, path) and connect(socket, path); the kernel takes paths of up to 107 bytes
static JSValue with_address(JSContext *ctx, JSValueConst *argv, int (*call)(int, const struct sockaddr *, socklen_t)) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  const char *path = text(ctx, argv[1]);
  if (!path) return JS_EXCEPTION;
  int fits = strlen(path) < sizeof address.sun_path;
  errno = ENAMETOOLONG;
  if (fits) strcpy(address.sun_path, path);
  int result = fits ? call(int_get(ctx, argv[0]), (struct sockaddr *)&address, sizeof address) : -1;
  JS_FreeCString(ctx, path);
  return outcome(ctx, result);
}
DEFINE(bind) { return with_address(ctx, argv, bind); }
DEFINE(connect) { return with_address(ctx, argv, connect); }

// listen(socket): as many may connect as the kernel lets
DEFINE(listen) { return outcome(ctx, listen(int_get(ctx, argv[0]), 65535)); }

DEFINE(umask) { return outcome(ctx, umask(int_get(ctx, argv[0]))); }

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

// fstat(descriptor) → [st_mode, st_size]
DEFINE(fstat) {
  struct stat status;
  return status_of(ctx, fstat(int_get(ctx, argv[0]), &status), &status);
}

DEFINE(ftruncate) { return outcome(ctx, ftruncate(int_get(ctx, argv[0]), 0)); }

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

// readdir(path, limit) → names, in no order, without "." and ".."; -EFBIG where there are more than `limit`
DEFINE(readdir) {
  const char *path = text(ctx, argv[0]);
  if (!path) return JS_EXCEPTION;
  DIR *directory = opendir(path);
  JS_FreeCString(ctx, path);
  if (!directory) return outcome(ctx, -1);
  JSValue names = JS_NewArray(ctx);
  uint32_t count = 0, limit = int_get(ctx, argv[1]);
  for (struct dirent *entry; (entry = readdir(directory));) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    JSValue name = text_from_bytes(ctx, (const uint8_t *)entry->d_name, strlen(entry->d_name), 1);
    JS_SetPropertyUint32(ctx, names, count++, name);
    if (count > limit) break;
  }
  closedir(directory);
  if (count <= limit) return names;
  JS_FreeValue(ctx, names);
  errno = EFBIG;
  return outcome(ctx, -1);
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
    FUNCTION(open, 3), FUNCTION(openBeneath, 4), FUNCTION(directoryBeneath, 2), FUNCTION(fstat, 1), FUNCTION(ftruncate, 1), FUNCTION(openUnnamed, 2), FUNCTION(name, 2),   FUNCTION(close, 1),  FUNCTION(read, 2),    FUNCTION(write, 3),    FUNCTION(sendfile, 2),
    FUNCTION(stat, 1),   FUNCTION(lstat, 1),  FUNCTION(isNoExec, 1), FUNCTION(isatty, 1),  FUNCTION(readdir, 2),
    FUNCTION(readlink, 1), FUNCTION(mkdir, 2), FUNCTION(chmod, 2),    FUNCTION(fchmod, 2),
    FUNCTION(unlink, 1), FUNCTION(rmdir, 1),  FUNCTION(rename, 2), FUNCTION(exchange, 2),  FUNCTION(symlink, 2), FUNCTION(chdir, 1),
    FUNCTION(socket, 0), FUNCTION(bind, 2), FUNCTION(connect, 2), FUNCTION(listen, 1), FUNCTION(umask, 1),
};
const struct table file_functions = {functions, COUNT(functions)};
