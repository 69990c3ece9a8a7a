// Many files at once between a tree and a store of content, in processes of their own, so that the one that waits for
// signals never blocks. Whatever is copied is hashed on its way, and has to be what its line says that it is.
//
// A line is `<f|l|d> <mode in octal> <sha256> <size> <path>`; the content of a link is its target. In the store a file's
// name is its digest, below a directory of its first two digits.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <fcntl.h>
#include <openssl/sha.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "native.h"

// As the kernel has it: its headers for another architecture would be a package more.
#ifndef FICLONE
#define FICLONE _IOW(0x94, 9, int)
#endif

enum { RESTORES, KEEPS, RENEWS };
enum { CHUNK = 1 << 18, PIECE = 1 << 22, LARGE = 1 << 23, HEX = 64, TARGET = 4096, SHARE = 32, SHARED_FROM = 256 };

struct job {
  int store, tree, keeps;
  const char *list, *end;
  uint8_t *chunk;
};
struct line {
  char type, digest[HEX + 1], stored[HEX + 4];
  unsigned mode;
  uint64_t size;
  char path[TARGET];
};

static int run_job(struct job *job);

// transfer(list, store, tree, keeps) → pid of a process that copies what the lines say: from the directory `tree` to the
// directory `store` where it keeps, else the other way; what is there already is left where it does not renew. It exits with 0, or the errno of why not: EBADMSG where something
// is not what its line says.
DEFINE(transfer) {
  size_t length;
  uint8_t *list = bytes_get(ctx, argv[0], &length);
  if (!list) return JS_EXCEPTION;
  struct job job = {int_get(ctx, argv[1]), int_get(ctx, argv[2]), int_get(ctx, argv[3]), (char *)list, (char *)list + length, NULL};
  pid_t child = fork();
  if (child != 0) return outcome(ctx, child);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  keep_only((const int[]){2, job.store, job.tree}, 3);
  umask(0);
  _exit(run_job(&job));
}

// tail(descriptor, limit) → the last bytes of a file
DEFINE(tail) {
  int32_t limit = int_get(ctx, argv[1]);
  int file = int_get(ctx, argv[0]);
  off_t size = lseek(file, 0, SEEK_END);
  uint8_t *bytes = js_malloc(ctx, limit + 1);
  if (!bytes) return JS_EXCEPTION;
  ssize_t got = size < 0 ? -1 : pread(file, bytes, limit, size > limit ? size - limit : 0);
  if (got >= 0) return bytes_new(ctx, bytes, got);
  JSValue failure = outcome(ctx, -1);
  js_free(ctx, bytes);
  return failure;
}

// --- Internal helpers ---

// Not one that anybody has written is taken on trust: a line that is none ends it all.
static int parse(struct line *line, const char *at, const char *end) {
  char *after;
  line->type = *at++;
  if (!strchr("fld", line->type) || *at++ != ' ') return EINVAL;
  line->mode = strtoul(at, &after, 8);
  if (line->mode > 07777 || *after++ != ' ' || end - after < HEX + 4) return EINVAL;
  if (strspn(after, "0123456789abcdef") != HEX || after[HEX] != ' ') return EINVAL;
  memcpy(line->digest, after, HEX);
  line->digest[HEX] = 0;
  line->size = strtoull(after + HEX + 1, &after, 10);
  size_t length = after < end ? end - after - 1 : 0;
  if (*after++ != ' ' || length == 0 || length >= TARGET || memchr(after, 0, length)) return EINVAL;
  memcpy(line->path, after, length);
  line->path[length] = 0;
  snprintf(line->stored, sizeof line->stored, "%.2s/%s", line->digest, line->digest);
  return 0;
}

static int write_whole(int to, const uint8_t *bytes, size_t count) {
  for (ssize_t done; count > 0; bytes += done, count -= done) {
    done = write(to, bytes, count);
    if (done < 0 && errno == EINTR) done = 0;
    if (done < 0) return errno;
  }
  return 0;
}

static int is_digest(SHA256_CTX *state, const char *expected) {
  uint8_t digest[SHA256_DIGEST_LENGTH];
  char digits[HEX + 1];
  SHA256_Final(digest, state);
  for (int i = 0; i < HEX; i++) digits[i] = "0123456789abcdef"[i % 2 ? digest[i / 2] & 15 : digest[i / 2] >> 4];
  return memcmp(digits, expected, HEX) == 0;
}

// Small: what was read is hashed, and what was hashed is written.
static int copy_small(struct job *job, int from, int to, const struct line *line) {
  SHA256_CTX state;
  SHA256_Init(&state);
  uint64_t size = 0;
  for (;;) {
    ssize_t got = read(from, job->chunk, CHUNK);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno;
    SHA256_Update(&state, job->chunk, got);
    int error = write_whole(to, job->chunk, got);
    if (error) return error;
    size += got;
    if (got == 0 || (size == line->size && got < CHUNK)) break;
    if (size > line->size) return EBADMSG;
  }
  return size == line->size && is_digest(&state, line->digest) ? 0 : EBADMSG;
}

static int copy_pieces(int from, int to, int told) {
  for (;;) {
    ssize_t sent = sendfile(to, from, NULL, PIECE);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return errno;
    uint32_t count = (uint32_t)sent;
    if (write(told, &count, sizeof count) != sizeof count) return EPIPE;
    if (sent == 0) return 0;
  }
}

// Large: one process copies, and this one follows it and hashes what has arrived.
static int copy_large(struct job *job, int from, int to, const struct line *line) {
  int told[2] = {-1, -1};
  pid_t copier = -1;
  uint64_t there = line->size, seen = 0;
  int cloned = ioctl(to, FICLONE, from) == 0;
  if (!cloned) {
    if (pipe(told) < 0) return errno;
    copier = fork();
    if (copier < 0) return errno;
    if (copier == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      close(told[0]);
      _exit(copy_pieces(from, to, told[1]));
    }
    close(told[1]);
    there = 0;
  }
  SHA256_CTX state;
  SHA256_Init(&state);
  int error = 0;
  while (!error) {
    if (seen == there && !cloned) {
      uint32_t more;
      ssize_t got = read(told[0], &more, sizeof more);
      if (got < 0 && errno == EINTR) continue;
      if (got != sizeof more || more == 0) break;
      there += more;
    }
    if (seen == there) break;
    size_t want = there - seen < CHUNK ? there - seen : CHUNK;
    ssize_t got = pread(to, job->chunk, want, (off_t)seen);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) error = got < 0 ? errno : EBADMSG;
    else SHA256_Update(&state, job->chunk, got);
    seen += got > 0 ? got : 0;
  }
  if (copier > 0) {
    int status = 0;
    close(told[0]);
    while (waitpid(copier, &status, 0) < 0 && errno == EINTR);
    if (!error) error = WIFEXITED(status) ? WEXITSTATUS(status) : EIO;
  }
  struct stat now;
  if (!error && (fstat(to, &now) < 0 || (uint64_t)now.st_size != line->size)) error = EBADMSG;
  return error ? error : seen == line->size && is_digest(&state, line->digest) ? 0 : EBADMSG;
}

static int copy_file(struct job *job, int from, int to, const struct line *line) {
  struct stat status;
  if (fstat(from, &status) < 0) return errno;
  if (!S_ISREG(status.st_mode) || (uint64_t)status.st_size != line->size) return EBADMSG;
  return (line->size >= LARGE ? copy_large : copy_small)(job, from, to, line);
}

// The directory that a path is in, never reached through a link; `name` is its last name.
static int directory_of(int root, const char *path, const char **name) {
  char above[TARGET];
  const char *slash = strrchr(path, '/');
  *name = slash ? slash + 1 : path;
  if (**name == 0 || strcmp(*name, ".") == 0 || strcmp(*name, "..") == 0) return errno = EXDEV, -1;
  snprintf(above, sizeof above, "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
  return open_below(root, above, O_PATH | O_DIRECTORY, 0);
}

static int restore_link(struct job *job, int from, const struct line *line) {
  char target[TARGET];
  const char *name;
  SHA256_CTX state;
  ssize_t length = read(from, target, sizeof target);
  if (length < 0) return errno;
  if (length == 0 || length == sizeof target || (uint64_t)length != line->size || memchr(target, 0, length)) return EBADMSG;
  target[length] = 0;
  SHA256_Init(&state);
  SHA256_Update(&state, target, length);
  if (!is_digest(&state, line->digest)) return EBADMSG;
  int directory = directory_of(job->tree, line->path, &name);
  int error = directory < 0 || symlinkat(target, directory, name) < 0 ? errno : 0;
  if (directory >= 0) close(directory);
  return error;
}

static int restore(struct job *job, const struct line *line) {
  int from = openat(job->store, line->stored, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (from < 0) return errno == ENOENT ? EBADMSG : errno;
  int error;
  if (line->type == 'l') error = restore_link(job, from, line);
  else {
    int to = open_below(job->tree, line->path, O_RDWR | O_CREAT | O_EXCL, line->mode | 0600);
    error = to < 0 ? errno : copy_file(job, from, to, line);
    if (!error && (line->mode & 07600) != 0600 && fchmod(to, line->mode) < 0) error = errno;
    if (to >= 0) close(to);
  }
  // What is damaged serves nobody, and would keep its place from what is whole.
  if (error == EBADMSG) unlinkat(job->store, line->stored, 0);
  else if (!error) futimens(from, NULL);
  close(from);
  return error;
}

static int open_source(struct job *job, const struct line *line, int *pipe_end) {
  if (line->type == 'f') return open_below(job->tree, line->path, O_RDONLY | O_NONBLOCK, 0);
  const char *name;
  char target[TARGET];
  int directory = directory_of(job->tree, line->path, &name);
  ssize_t length = directory < 0 ? -1 : readlinkat(directory, name, target, sizeof target);
  if (directory >= 0) close(directory);
  if (length < 0) return -1;
  // A file without a name, as the copying wants a file.
  int file = openat(job->store, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  *pipe_end = file;
  if (file < 0 || write(file, target, length) != length || lseek(file, 0, SEEK_SET) < 0) return -1;
  return file;
}

static int keep(struct job *job, const struct line *line) {
  struct stat status;
  if (job->keeps == KEEPS && fstatat(job->store, line->stored, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(status.st_mode) && (uint64_t)status.st_size == line->size) {
    utimensat(job->store, line->stored, NULL, AT_SYMLINK_NOFOLLOW);
    return 0;
  }
  uint64_t random = 0;
  char partial[HEX + 32], directory[3] = {line->digest[0], line->digest[1], 0};
  if (getrandom(&random, sizeof random, 0) < 0) return errno;
  snprintf(partial, sizeof partial, "%s/.%016llx.tmp", directory, (unsigned long long)random);
  int unnamed = -1, from = open_source(job, line, &unnamed);
  if (from < 0) return errno ? errno : EIO;
  int to = openat(job->store, partial, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
  if (to < 0 && errno == ENOENT && (mkdirat(job->store, directory, 0777) == 0 || errno == EEXIST))
    to = openat(job->store, partial, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
  int error = to < 0 ? errno : copy_file(job, from, to, line);
  if (!error && renameat(job->store, partial, job->store, line->stored) < 0) error = errno;
  if (error && to >= 0) unlinkat(job->store, partial, 0);
  if (to >= 0) close(to);
  close(from);
  return error;
}

static int make_directory(struct job *job, const struct line *line) {
  const char *name;
  int directory = directory_of(job->tree, line->path, &name);
  int error = directory < 0 || mkdirat(directory, name, 0700) < 0 ? errno : 0;
  if (directory >= 0) close(directory);
  return error;
}

static int set_mode(struct job *job, const struct line *line) {
  int directory = open_below(job->tree, line->path, O_RDONLY | O_DIRECTORY, 0);
  int error = directory < 0 || fchmod(directory, line->mode) < 0 ? errno : 0;
  if (directory >= 0) close(directory);
  return error;
}

static int for_each(struct job *job, int (*call)(struct job *, const struct line *), int directories, int part, int parts) {
  struct line line;
  int at_line = 0;
  for (const char *at = job->list; at < job->end;) {
    const char *end = memchr(at, '\n', job->end - at);
    if (!end) return EINVAL;
    int isMine = at_line++ / SHARE % parts == part && (*at == 'd') == directories;
    int error = isMine ? parse(&line, at, end) : 0;
    if (!error && isMine) error = call(job, &line);
    if (error) return error;
    at = end + 1;
  }
  return 0;
}

static int lines_in(struct job *job) {
  int count = 0;
  for (const char *at = job->list; (at = memchr(at, '\n', job->end - at)); at++) count++;
  return count;
}

static int run_job(struct job *job) {
  int (*call)(struct job *, const struct line *) = job->keeps ? keep : restore;
  int parts = lines_in(job) >= SHARED_FROM ? 2 : 1, part = 0, status = 0;
  int error = job->keeps ? 0 : for_each(job, make_directory, 1, 0, 1);
  if (error) return error;
  pid_t other = parts == 1 ? -1 : fork();
  if (other == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    part = 1;
  } else if (other < 0) parts = 1;
  job->chunk = malloc(CHUNK);
  error = job->chunk ? for_each(job, call, 0, part, parts) : ENOMEM;
  if (other == 0) return error;
  if (other > 0) {
    while (waitpid(other, &status, 0) < 0 && errno == EINTR);
    if (!error) error = WIFEXITED(status) ? WEXITSTATUS(status) : EIO;
  }
  return error || job->keeps ? error : for_each(job, set_mode, 1, 0, 1);
}

static const JSCFunctionListEntry functions[] = {FUNCTION(transfer, 4), FUNCTION(tail, 2)};
const struct table store_functions = {functions, COUNT(functions)};
