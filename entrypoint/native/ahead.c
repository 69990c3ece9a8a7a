// What is decided before it happens: calls that are made in one go the moment a wait is over, before JavaScript hears of
// it. Conditions come first and change nothing: where one does not hold, nothing is done, and the next wake-up asks
// again. Then come actions, until one fails.
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "native.h"

// As hosts/quickjs/ahead.ts has them.
enum { QUIET, THERE, ABSENT, HAS, ENDED, STAMP, RENAME, EXCHANGE, START, KILL, CLOSE, SAME };

enum { MOST = 64, TIME = sizeof "2026-01-01T00:00:00.000Z" - 1, RECORD = 4096 };

struct call {
  int what;
  int64_t one, two;
  struct words words;
  struct command command;
};
static struct call calls[MOST];
static double results[MOST];
static int count, made;

// No signal waits but, perhaps, this one.
static int quiet(int64_t but) {
  uint64_t pending = 0;
  syscall(SYS_rt_sigpending, &pending, sizeof pending);
  if (but > 0) pending &= ~(1ull << (but - 1));
  return pending ? -EAGAIN : 0;
}

// A regular file, or a link to one (the kubelet's own files are links), with something in it where `filled`.
static int there(const char *path, int filled) {
  struct stat status;
  if (stat(path, &status) < 0) return -errno;
  return S_ISREG(status.st_mode) && (!filled || status.st_size > 0) ? 0 : -EAGAIN;
}

static int absent(const char *path) {
  struct stat status;
  if (lstat(path, &status) == 0) return -EEXIST;
  return errno == ENOENT ? 0 : -errno;
}

// The path still leads to this directory, and is no link.
static int same(int directory, const char *path) {
  struct stat open, named;
  if (fstat(directory, &open) < 0 || lstat(path, &named) < 0) return -errno;
  return open.st_dev == named.st_dev && open.st_ino == named.st_ino ? 0 : -EXDEV;
}

// A small file with all these words in it.
static int has(char **words) {
  char content[RECORD];
  int file = open(*words, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (file < 0) return -errno;
  ssize_t length = read(file, content, sizeof content);
  close(file);
  if (length < 0 || length == sizeof content) return -EFBIG;
  while (*++words) {
    if (!memmem(content, length, *words, strlen(*words))) return -ENOMSG;
  }
  return 0;
}

// The child has exited with 0; it is still to be reaped.
static int ended(pid_t child) {
  siginfo_t info = {0};
  if (waitid(P_PID, child, &info, WEXITED | WNOHANG | WNOWAIT) < 0) return -errno;
  if (info.si_pid == 0) return -EAGAIN;
  return info.si_code == CLD_EXITED && info.si_status == 0 ? 0 : -ECANCELED;
}

// Writes the time, as RFC 3339 has it, into a file at this place: milliseconds since 1970.
static double stamp(int file, int64_t place) {
  struct timespec now;
  struct tm utc;
  char text[64];
  clock_gettime(CLOCK_REALTIME, &now);
  int milliseconds = (int)(now.tv_nsec / 1000000);
  gmtime_r(&now.tv_sec, &utc);
  snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday,
           utc.tm_hour, utc.tm_min, utc.tm_sec, milliseconds);
  return pwrite(file, text, TIME, place) == TIME ? now.tv_sec * 1e3 + milliseconds : -errno;
}

static double make(struct call *call) {
  char **words = call->words.list;
  int one = (int)call->one;
  switch (call->what) {
    case QUIET: return quiet(one);
    case THERE: return there(words[0], one);
    case ABSENT: return absent(words[0]);
    case HAS: return has(words);
    case ENDED: return ended(one);
    case STAMP: return stamp(one, call->two);
    case RENAME: return renameat(one, words[0], one, words[1]) < 0 ? -errno : 0;
    case EXCHANGE: return exchange_in(one, words[0], words[1]) < 0 ? -errno : 0;
    case START: return command_run(&call->command) < 0 ? -errno : call->command.child;
    case KILL: return kill(one, (int)call->two), 0;
    case SAME: return same(one, words[0]);
    case CLOSE: return close(one) < 0 ? -errno : 0;
  }
  return -ENOSYS;
}

void ahead_make(void) {
  if (made > 0) return;
  for (int i = 0; i < count; i++) {
    results[i] = make(&calls[i]);
    int is_condition = calls[i].what < STAMP || calls[i].what == SAME;
    if (results[i] < 0 && is_condition) return;
    if (is_condition) continue;
    made = i + 1;
    if (results[i] < 0) return;
  }
}

static void forget(JSContext *ctx) {
  for (int i = 0; i < count; i++) {
    if (calls[i].words.list) words_free(ctx, &calls[i].words);
    if (calls[i].what == START) command_free(ctx, &calls[i].command);
  }
  count = made = 0;
}

// ahead([[what, number, number, [word…]] or [START, files, argv, environment, streams]…]): instead of those before
DEFINE(ahead) {
  JSValue length = JS_GetPropertyStr(ctx, argv[0], "length");
  int wanted = int_get(ctx, length), failed = wanted > MOST;
  forget(ctx);
  for (int i = 0; i < wanted && !failed; i++) {
    JSValue list = JS_GetPropertyUint32(ctx, argv[0], i), part[5];
    for (int k = 0; k < 5; k++) part[k] = JS_GetPropertyUint32(ctx, list, k);
    struct call *call = &calls[count++];
    *call = (struct call){.what = int_get(ctx, part[0])};
    if (call->what == START) {
      failed = command_get(ctx, &call->command, part + 1) < 0;
    } else {
      JS_ToInt64(ctx, &call->one, part[1]);
      JS_ToInt64(ctx, &call->two, part[2]);
      failed = words_get(ctx, part[3], &call->words) < 0;
    }
    for (int k = 0; k < 5; k++) JS_FreeValue(ctx, part[k]);
    JS_FreeValue(ctx, list);
  }
  if (failed) forget(ctx);
  return failed ? (errno = E2BIG, outcome(ctx, -1)) : outcome(ctx, 0);
}

// made() → what each call gave, the last of them failed or was the last; they are forgotten. Empty where none was made.
DEFINE(made) {
  JSValue list = JS_NewArray(ctx);
  for (int i = 0; i < made; i++) JS_SetPropertyUint32(ctx, list, i, JS_NewFloat64(ctx, results[i]));
  if (made > 0) forget(ctx);
  return list;
}

static const JSCFunctionListEntry functions[] = {FUNCTION(ahead, 1), FUNCTION(made, 0)};
const struct table ahead_functions = {functions, COUNT(functions)};
